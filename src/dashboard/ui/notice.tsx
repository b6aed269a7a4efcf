import type { ComponentChildren } from 'preact';

import { failureText } from '../state/api.ts';

/** A failure, told at once to a screen reader. Nothing while there is none. */
export const Failure = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) =>
  error === undefined || error === null ? null : (
    <div class="notice failure" role="alert">
      <p>{failureText(error)}</p>
      {onRetry && (
        <button type="button" class="small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );

/** What a view says when there is nothing to show, and what can be done about it. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
);

/** Places of what is being loaded. */
export const Loading = ({ what, lines = 3 }: { what: string; lines?: number }) => (
  <div class="loading" role="status">
    <span class="unseen">Loading {what}</span>
    {Array.from({ length: lines }, (_value, index) => (
      <span class="placeholder" key={index} />
    ))}
  </div>
);
