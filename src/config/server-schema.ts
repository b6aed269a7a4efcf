import * as z from 'zod';

import { group, integer, number } from './schema-parts.ts';

export const server = group({
  host: z
    .string('a host name or address')
    .min(1, 'a host name or address')
    .default('127.0.0.1')
    .describe('Address to listen on. 0.0.0.0 lets the whole network in: there is no log-in.'),
  port: integer(0, 65_535).default(8080).describe('Port of the page, the API and the metrics; 0 takes any free one.'),
  metricsIntervalSeconds: number(0.1, 3600)
    .default(2)
    .describe('Seconds between two pushes of the metrics to those who subscribe to them.'),
  jpegQuality: integer(1, 100).default(80).describe('Quality of the live pictures.'),
  viewerBufferBytes: integer(16_384, 2 ** 30)
    .default(2 ** 20)
    .describe('Bytes that may wait for a slow viewer before it loses pictures.'),
}).prefault({});
