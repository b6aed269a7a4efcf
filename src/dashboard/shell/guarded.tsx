import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';

import { Empty } from '../ui/notice.tsx';

/** A view that fails says so, and the navigation beside it goes on. */
export const Guarded = ({ children }: { children: ComponentChildren }) => {
  const [error, retry] = useErrorBoundary((error: unknown) => console.error(error));
  if (error === undefined) return <>{children}</>;
  return (
    <Empty title="This view cannot be shown.">
      <p>It is a fault of the page: {String(error)}</p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </Empty>
  );
};
