import { useState } from 'preact/hooks';

/** Something a person asked for, which takes a while and may fail. */
export interface Action<Args extends readonly unknown[]> {
  readonly run: (...args: Args) => void;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly clear: () => void;
}

/** One at a time; its failure stays to be shown until it is tried again. */
export const useAction = <Args extends readonly unknown[]>(work: (...args: Args) => Promise<void>): Action<Args> => {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const run = (...args: Args): void => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    work(...args).then(
      () => setBusy(false),
      (failure: unknown) => {
        setError(failure);
        setBusy(false);
      },
    );
  };
  return { run, isBusy, error, clear: () => setError(undefined) };
};
