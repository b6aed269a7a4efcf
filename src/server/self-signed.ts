import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { generate } from 'selfsigned';

import { writeWhole } from '../files/write-whole.ts';

export interface Pem {
  readonly cert: string;
  readonly key: string;
}

const dayMs = 86_400_000;
/** Browsers take none that is valid for longer than 398 days. */
const validDays = 390;
/** Days before its end from which on a new one takes its place. */
const renewDays = 30;

/**
 * A certificate for this machine, signed by itself, from FOLDER/certificate.pem and key.pem, which are made when there are
 * none, or when they end within 30 days; only their owner may read the key.
 */
export const selfSigned = async (folder: string, host: string, now = Date.now()): Promise<Pem> => {
  const files = { cert: path.join(folder, 'certificate.pem'), key: path.join(folder, 'key.pem') };
  const kept = await read(files);
  if (kept && isGood(kept, now)) return kept;

  const made = await generate([{ name: 'commonName', value: os.hostname() }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // An hour ago: clocks differ.
    notBeforeDate: new Date(now - 3_600_000),
    notAfterDate: new Date(now + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: namesOf(host) },
    ],
  });
  const pem = { cert: made.cert, key: made.private };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(files.key, pem.key, { mode: 0o600 });
  await writeWhole(files.cert, pem.cert, { mode: 0o600 });
  return pem;
};

const read = async (files: Pem): Promise<Pem | undefined> => {
  try {
    return { cert: await readFile(files.cert, 'utf8'), key: await readFile(files.key, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const isGood = (pem: Pem, now: number): boolean => {
  try {
    const certificate = certificateOf(pem);
    return Date.parse(certificate.validTo) - now > renewDays * dayMs;
  } catch {
    return false;
  }
};

/** Reads both, and throws when they are no certificate, no key, or do not belong together. */
export const certificateOf = ({ cert, key }: Pem): X509Certificate => {
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error('the key is not that of the certificate');
  return certificate;
};

/** By what names and addresses this machine may be asked for. */
const namesOf = (host: string) => {
  const addresses = Object.values(os.networkInterfaces()).flatMap(
    (found) => found?.map(({ address }) => address) ?? [],
  );
  const hostname = os.hostname();
  const names = ['localhost', hostname, `${hostname.split('.')[0]}.local`, '127.0.0.1', '::1', host, ...addresses];
  // Of a link-local address the zone is no part of the certificate.
  return [...new Set(names.map((name) => name.replace(/%.*$/, '')))]
    .filter((name) => name !== '0.0.0.0' && name !== '::')
    .map((name) => (net.isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name }));
};
