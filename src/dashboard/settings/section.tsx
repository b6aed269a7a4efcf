import type { ComponentChildren } from 'preact';

import type { ApiError } from '../state/api.ts';
import type { Resource } from '../state/use-resource.ts';
import { Failure, Loading } from '../ui/notice.tsx';

interface SectionProps<Value> {
  readonly id: string;
  readonly title: string;
  readonly resource: Resource<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** No such endpoint, not for this role, or only for who is a user. */
const hides = ({ status, code }: ApiError): boolean => [401, 403, 404].includes(status) || code === 'no-user';

/** A part of the settings that comes from the server; nothing where the server lacks it or the role may not see it. */
export const Section = <Value,>({ id, title, resource, children }: SectionProps<Value>) => {
  const { value, error, isLoading, reload } = resource;
  if (error && hides(error)) return null;
  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Failure error={error} onRetry={reload} />
      {value === undefined ? isLoading && <Loading what={title.toLowerCase()} /> : children(value)}
    </section>
  );
};
