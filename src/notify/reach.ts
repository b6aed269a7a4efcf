import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';

import { firstValueFrom, timeout } from 'rxjs';

import { connectBroker } from './mqtt-connection.ts';
import type { BrokerOptions } from './mqtt-connection.ts';

const patienceMs = 5000;

/** Logs in to a broker and leaves it again; nothing is published. Rejects with why that fails. */
export const reachBroker = async ({ url, username, password, version }: BrokerOptions): Promise<void> => {
  const clientId = `nj-${randomUUID().slice(0, 18)}`;
  await firstValueFrom(
    connectBroker({ url, username, password, version, clientId }).pipe(
      timeout({
        first: patienceMs,
        with: () => {
          throw new Error(`no answer within ${patienceMs / 1000} s`);
        },
      }),
    ),
  );
};

/** Connects to the host of a web address; nothing is posted, and TLS is not tried. Rejects with why that fails. */
export const reachHost = async (address: string): Promise<void> => {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', (error: NodeJS.ErrnoException) => {
        reject(new Error(`${host} cannot be reached (${error.code ?? error.message})`));
      });
      socket.setTimeout(patienceMs, () => reject(new Error(`${host} did not answer within ${patienceMs / 1000} s`)));
    });
  } finally {
    socket.destroy();
  }
};
