import type { Alert } from '../core/status.ts';

/** Links into the page, where people reach it; nothing where that is not known. */
export interface AlertLinks {
  readonly page?: string;
  readonly snapshotUrl?: string;
}

/** `publicUrl` with its path, with or without a slash at its end. */
export const linksOf = (
  { id, snapshot }: Pick<Alert, 'id' | 'snapshot'>,
  publicUrl: string | undefined,
): AlertLinks => {
  if (publicUrl === undefined) return {};
  const base = publicUrl.replace(/\/+$/, '');
  const name = encodeURIComponent(id);
  return {
    page: `${base}/#/alerts/${name}`,
    ...(snapshot !== '' && { snapshotUrl: `${base}/api/alerts/${name}/snapshot.jpg` }),
  };
};
