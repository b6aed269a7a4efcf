import { useLayoutEffect, useReducer } from 'preact/hooks';

import type { Store } from './store.ts';

/** The store's value; the component renders again when it changes. */
export const useStore = <Value>(store: Store<Value>): Value => {
  const [, render] = useReducer((count: number, _action: undefined) => count + 1, 0);
  useLayoutEffect(() => {
    const before = store.value;
    const stop = store.subscribe(() => render(undefined));
    if (store.value !== before) render(undefined);
    return stop;
  }, [store]);
  return store.value;
};
