import net from 'node:net';

import * as z from 'zod';

import { choice, group, integer, number } from './schema-parts.ts';

const proxyExpected = 'an address or a subnet, such as 127.0.0.1 or 10.0.0.0/8';
const isProxyAddress = (text: string): boolean => {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[net.isIP(address)] ?? -1;
  return bits > 0 && more.length === 0 && (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits));
};
const proxyAddress = z.string(proxyExpected).refine(isProxyAddress, proxyExpected);

const tlsExpected = 'self-signed, or a group with certificate and key';
const pemFile = z.string('the path of a PEM file').min(1, 'the path of a PEM file');
const tls = z.union(
  [
    z.literal('self-signed'),
    z.strictObject(
      {
        certificate: pemFile.describe('The certificate and those that signed it, as PEM; relative to this file.'),
        key: pemFile.describe('Its private key, as PEM; relative to this file.'),
      },
      'a group of keys',
    ),
  ],
  tlsExpected,
);

export const server = group({
  host: z
    .string('a host name or address')
    .min(1, 'a host name or address')
    .default('127.0.0.1')
    .describe('Address to listen on. On any but 127.0.0.1, ::1 and localhost a log-in is required.'),
  port: integer(0, 65_535).default(8080).describe('Port of the page, the API and the metrics; 0 takes any free one.'),
  login: choice(['auto', 'required'])
    .default('auto')
    .describe('required asks everybody to log in; auto lets in, as an admin, whoever sits at this machine.'),
  sessionIdleHours: number(0.1, 8760).default(72).describe('Hours without use after which a log-in ends.'),
  sessionMaxHours: number(0.1, 8760).default(720).describe('Hours after which a log-in ends even when it is used.'),
  trustProxy: z
    .array(proxyAddress, 'a list of addresses')
    .default([])
    .describe(
      'Addresses or subnets (10.0.0.0/8) of reverse proxies whose X-Forwarded-For, -Host and -Proto are believed.',
    ),
  tls: z
    .exactOptional(tls)
    .describe(
      'https and wss: self-signed makes a certificate of its own and keeps it in the storage folder; or a group with certificate and key.',
    ),
  metricsIntervalSeconds: number(0.1, 3600)
    .default(2)
    .describe('Seconds between two pushes of the metrics to those who subscribe to them.'),
  jpegQuality: integer(1, 100).default(80).describe('Quality of the live pictures.'),
  viewerBufferBytes: integer(16_384, 2 ** 30)
    .default(2 ** 20)
    .describe('Bytes that may wait for a slow viewer before it loses pictures.'),
  // With the buffers above half a GiB at the worst, and half of the 1024 files that a process may usually open.
  maxViewers: integer(1, 100_000)
    .default(500)
    .describe('WebSocket connections at a time; one more is refused with 503.'),
  // A wall of screens with one log-in, and a program that forgets to close its connections before it leaves none to others.
  maxViewersPerUser: integer(1, 100_000)
    .default(100)
    .describe('Those of one user, log-ins and tokens together, or of one address where nobody logs in; then 429.'),
}).prefault({});
