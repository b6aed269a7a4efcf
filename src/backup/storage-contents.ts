/** What a storage folder holds that is worth keeping. Names that begin with a dot are of work in progress and are not. */
export const storageContents: readonly string[] = ['models', 'alerts', 'notify.db', 'notify', 'auth.db', 'auth', 'tls'];

/** What SQLite keeps beside a database: part of it while it is in use, wrong beside any other. */
export const databaseSidecars = ['-wal', '-shm', '-journal'] as const;

export const isSidecar = (name: string): boolean => databaseSidecars.some((end) => name.endsWith(`.db${end}`));
