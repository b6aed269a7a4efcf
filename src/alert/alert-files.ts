import path from 'node:path';

/** What may be kept of an alert beside its row: in which folder of the store, and the end of the file's name. */
const kept = {
  snapshot: ['snapshots', 'jpg'],
  footage: ['footage', 'frames'],
  clip: ['clips', 'mp4'],
  /** Scores and heat map. */
  curve: ['curves', 'json'],
} as const;

export type AlertFile = keyof typeof kept;

/** The path of a file of an alert, in the store's `folder`; whether it is there is another question. */
export const alertFile = (folder: string, what: AlertFile, id: string): string => {
  const [place, end] = kept[what];
  // Never elsewhere, whatever is in a database that came from somewhere.
  return path.join(folder, place, `${path.basename(id)}.${end}`);
};

/** The paths of all files that there may be of an alert. */
export const alertFiles = (folder: string, id: string): Record<AlertFile, string> => ({
  snapshot: alertFile(folder, 'snapshot', id),
  footage: alertFile(folder, 'footage', id),
  clip: alertFile(folder, 'clip', id),
  curve: alertFile(folder, 'curve', id),
});
