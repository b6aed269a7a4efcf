import { Registry } from 'prom-client';
import { BehaviorSubject, NEVER } from 'rxjs';

import { alertFiles } from '../alert/alert-files.ts';
import { Access } from '../auth/access.ts';
import { openAuthStore } from '../auth/auth-store.ts';
import { Passwords } from '../auth/passwords.ts';
import { Demand } from '../core/demand.ts';
import type { CameraStatus } from '../core/status.ts';
import { createMetrics } from '../server/metrics.ts';
import { type Server, type ServerFeed, type ServerOptions, startServer } from '../server/server.ts';

const refuse = async (): Promise<never> => {
  throw new Error('The cameras of a benchmark do not change');
};
const unchangeable = { add: refuse, change: refuse, remove: refuse, settings: refuse, about: refuse };

/** Nightjar's server on a free port, with the cameras and what else is measured; everything else is empty. */
export const startBenchServer = async (
  cameras: readonly CameraStatus[],
  feed: Partial<ServerFeed>,
  options: Partial<ServerOptions> = {},
): Promise<Server> =>
  startServer(
    {
      host: '127.0.0.1',
      port: 0,
      jpegQuality: 80,
      viewerBufferBytes: 2 ** 20,
      metricsIntervalMs: 2000,
      heartbeatMs: 15_000,
      access: new Access(openAuthStore(':memory:'), new Passwords(), {
        isOpen: true,
        sessionIdleMs: 1,
        sessionMaxMs: 1,
      }),
      // As many as a benchmark asks for, all from this address.
      maxViewers: Infinity,
      maxViewersPerUser: Infinity,
      onAuth: () => {},
      onFull: () => {},
      onError: (error) => console.error(error),
      onFault: (error) => console.error(error),
      ...options,
    },
    {
      status: () => cameras,
      status$: NEVER,
      cameras$: NEVER,
      problems$: new BehaviorSubject<readonly string[]>([]),
      control: unchangeable,
      predictions$: NEVER,
      pictures$: NEVER,
      demand: new Demand(),
      alerts$: NEVER,
      alerts: {
        list: () => [],
        get: () => undefined,
        snapshotPath: () => '',
        files: (id) => alertFiles('', id),
        timeline: ({ from, to }) => ({ from, to, bucketMs: 0, cameras: {} }),
      },
      alertMedia: { clip: () => undefined, readCurve: () => ({ points: [] }) },
      judge: () => undefined,
      remove: async () => 0,
      probe: () => undefined,
      learn: () => 'nothing-to-learn',
      cancelLearning: () => undefined,
      picture: async () => undefined,
      report: async () => undefined,
      discovery: { discover: async () => [], streams: () => undefined },
      metrics: createMetrics(new Registry()),
      ready: () => true,
      ...feed,
    },
  );
