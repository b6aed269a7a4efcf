import { readFile } from 'node:fs/promises';

import { ConfigError, messageOf } from '../core/errors.ts';
import { certificateOf, type Pem, selfSigned } from './self-signed.ts';

/** Files of one's own, as absolute paths, or a certificate made here and kept in `folder`. */
export type TlsSetting =
  { readonly certificate: string; readonly key: string } | { readonly folder: string; readonly host: string };

/** What https is served with. */
export interface Tls {
  readonly pem: Pem;
  /** Whether browsers trust it: they may then be told to come back over https only. */
  readonly isOwn: boolean;
  /** Hands over each new certificate (renewed files, a renewed own one); returns how to stop. */
  watch(onChange: (pem: Pem) => void): () => void;
}

interface Notes {
  readonly onNote: (line: string) => void;
  readonly onError: (line: string) => void;
}

/** How often the files are looked at. */
const watchMs = 60_000;

/** Throws ConfigError naming the file when a certificate or key cannot be used. */
export const openTls = async (setting: TlsSetting, { onNote, onError }: Notes, everyMs = watchMs): Promise<Tls> => {
  const isOwn = 'certificate' in setting;
  const load = async (): Promise<Pem> => (isOwn ? readOwn(setting) : selfSigned(setting.folder, setting.host));
  const tell = (pem: Pem): void => {
    const { fingerprint256, validTo } = certificateOf(pem);
    onNote(`${isOwn ? 'certificate' : 'self-signed certificate'}: SHA-256 ${fingerprint256}, valid until ${validTo}`);
  };
  let pem = await load();
  tell(pem);

  const watch = (onChange: (pem: Pem) => void): (() => void) => {
    let problem = '';
    let isBusy = false;
    const look = async (): Promise<void> => {
      try {
        const found = await load();
        if (found.cert === pem.cert && found.key === pem.key) return;
        onChange(found);
        pem = found;
        problem = '';
        tell(found);
      } catch (error) {
        // While certificate and key are replaced one after the other they do not fit; the old pair goes on.
        const message = messageOf(error);
        if (message !== problem) onError(`the certificate stays as it was: ${message}`);
        problem = message;
      }
    };
    const timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void look().finally(() => (isBusy = false));
    }, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  };
  return { pem, isOwn, watch };
};

const readOwn = async ({ certificate, key }: { certificate: string; key: string }): Promise<Pem> => {
  const pem = { cert: await readPem(certificate, 'certificate'), key: await readPem(key, 'key') };
  try {
    certificateOf(pem);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('invalid', `server.tls: ${certificate} with the key ${key} cannot be used: ${reason}`, {
      cause,
    });
  }
  return pem;
};

const readPem = async (file: string, what: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigError('unreadable', `server.tls.${what}: ${file} cannot be read (${code})`, { cause });
  }
};
