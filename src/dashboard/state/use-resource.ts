import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { ApiError } from './api.ts';
import { useApp } from './app.ts';

/** Something from the REST API. What was there stays while it is loaded anew. */
export interface Resource<Value> {
  readonly value: Value | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
  readonly set: (value: Value) => void;
}

/** Loads `path` (below api/), again when it changes, and again after a lost connection. Undefined loads nothing. */
export const useResource = <Value>(path: string | undefined): Resource<Value> => {
  const { api, hub } = useApp();
  const [state, setState] = useState<{
    path?: string | undefined;
    value?: Value;
    error?: ApiError;
    isLoading: boolean;
  }>({
    isLoading: path !== undefined,
  });
  const running = useRef<AbortController | undefined>(undefined);
  const reload = useCallback(() => {
    running.current?.abort();
    if (path === undefined) return;
    const controller = new AbortController();
    running.current = controller;
    setState((before) => ({ ...before, isLoading: true }));
    api.get<Value>(path, controller.signal).then(
      (value) => setState({ path, value, isLoading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setState((before) => ({
          ...(before.path === path ? before : { path }),
          error: error instanceof ApiError ? error : new ApiError(0, 'unknown', String(error)),
          isLoading: false,
        }));
      },
    );
  }, [api, path]);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  useEffect(() => {
    let { state } = hub.link.value;
    return hub.link.subscribe(() => {
      const before = state;
      ({ state } = hub.link.value);
      if (state === 'open' && before !== 'open') reload();
    });
  }, [hub, reload]);
  return {
    value: state.path === path ? state.value : undefined,
    error: state.error,
    isLoading: state.isLoading || (state.path !== path && state.error === undefined),
    reload,
    set: (value) => setState({ path, value, isLoading: false }),
  };
};
