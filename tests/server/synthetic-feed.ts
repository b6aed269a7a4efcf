import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Registry } from 'prom-client';
import { BehaviorSubject, Subject } from 'rxjs';
import { alertFiles } from '../../src/alert/alert-files.ts';
import type { AlertIdFilter } from '../../src/alert/alert-query.ts';
import type { AlertCurve } from '../../src/alert/alert-media-files.ts';
import type { AlertStore } from '../../src/alert/alert-store.ts';
import { Access } from '../../src/auth/access.ts';
import { openAuthStore } from '../../src/auth/auth-store.ts';
import { Passwords } from '../../src/auth/passwords.ts';
import { Demand } from '../../src/core/demand.ts';
import { DeviceError } from '../../src/core/errors.ts';
import { channelsOf, type Frame, type PixelFormat } from '../../src/core/frame.ts';
import type { DeadLetter, NotifierStatus } from '../../src/core/notification.ts';
import type { LivePicture, Prediction } from '../../src/core/prediction.ts';
import type { AlertEvent, CameraStatus } from '../../src/core/status.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import type { DiscoveryDeps } from '../../src/server/routes/discovery.ts';
import type { ProbeDeps } from '../../src/server/routes/probe.ts';
import type { AuthEvent } from '../../src/server/routes/session.ts';
import { type Server, startServer } from '../../src/server/server.ts';
import type { FullEvent } from '../../src/server/upgrade.ts';
import { alertOf } from '../support/alert-of.ts';
import { cameraOf } from '../support/camera-of.ts';

interface Picture {
  readonly width?: number;
  readonly height?: number;
  readonly format?: PixelFormat;
  readonly pixel?: (x: number, y: number, channel: number) => number;
}

/** A frame of brightness 200. */
const frameOf = (id: string, sequence: number, picture: Picture): Frame => {
  const { width = 64, height = 48, format = 'rgb24', pixel = () => 200 } = picture;
  const channels = channelsOf(format);
  const data = Uint8Array.from({ length: width * height * channels }, (_value, at) => {
    const index = Math.floor(at / channels);
    return pixel(index % width, Math.floor(index / width), at % channels);
  });
  return { camera: id, sequence, capturedAt: 1_700_000_000_000.25, width, height, format, data, release: () => {} };
};

/** A live picture of brightness 200, and 100 where it is denoised. */
export const livePicture = (id: string, sequence: number, picture: Picture = {}): Required<LivePicture> => {
  const frame = frameOf(id, sequence, picture);
  return { frame, denoised: frame.data.map((value) => value / 2) };
};

/** A prediction of a frame of brightness 200, with a 2 x 3 heat map. */
export const prediction = (id: string, sequence: number, picture: Picture = {}, changes = {}): Prediction => ({
  frame: frameOf(id, sequence, picture),
  predScore: 0.5,
  anomalyMap: { rows: 2, cols: 3, values: Float32Array.of(0, 0.5, 1, 1.5, 3, -1) },
  queuedMs: 1,
  inferenceMs: 2,
  ...changes,
});

/** Who may look, with users that are forgotten; by default nobody needs to log in. */
export const accessFor = (options: Partial<ConstructorParameters<typeof Access>[2]> = {}, file = ':memory:'): Access =>
  new Access(openAuthStore(file), new Passwords(), {
    isOpen: true,
    sessionIdleMs: 3_600_000,
    sessionMaxMs: 36_000_000,
    ...options,
  });

/** One notifier, `home`, and one dead letter, 7. */
const fakeNotifiers = () => {
  const home: NotifierStatus = { name: 'home', kind: 'webhook', isUp: true, pending: 2, dead: 1 };
  const letter: DeadLetter = {
    id: 7,
    notifier: 'home',
    alert: alertOf('a1'),
    attempts: 15,
    message: 'it answered 500',
    at: 5,
  };
  return {
    letters: [letter],
    testOutcome: { ok: true } as { ok: true } | { ok: false; message: string },
    status: () => [home],
    test(name: string) {
      return name === 'home' ? Promise.resolve(this.testOutcome) : undefined;
    },
    deadLetters() {
      return this.letters;
    },
    retry: (id: number) => id === 7,
    remove(id: number) {
      const found = this.letters.some((one) => one.id === id);
      this.letters = this.letters.filter((one) => one.id !== id);
      return found;
    },
  };
};

/** One camera in the network, which takes one password. */
const fakeDiscovery: DiscoveryDeps['discovery'] = {
  discover: async () => [{ name: 'Front door', address: '10.0.0.7', xaddr: 'http://10.0.0.7/onvif/device_service' }],
  streams: (xaddr, { password }) => {
    if (xaddr !== 'http://10.0.0.7/onvif/device_service') return undefined;
    if (password !== 'right') return Promise.reject(new DeviceError('unauthorized', 'wrong password'));
    return Promise.resolve({ device: 'Acme 1', streams: [{ name: 'main', url: 'rtsp://10.0.0.7/main', width: 1920 }] });
  },
};

/** A real server on a free port, fed by hand. */
export const startSynthetic = async (
  options: Partial<Parameters<typeof startServer>[0]> = {},
  cameras = [cameraOf('door'), cameraOf('yard', { format: 'gray' })],
) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-server-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true });
  const feed = {
    cameras,
    recorded: [alertOf('a1')],
    isReady: true,
    status$: new Subject<CameraStatus>(),
    cameras$: new Subject<void>(),
    problems$: new BehaviorSubject<readonly string[]>([]),
    changes: [] as unknown[][],
    /** Thrown by everything that changes cameras. */
    changeFailure: undefined as Error | undefined,
    predictions$: new Subject<Prediction>(),
    pictures$: new Subject<LivePicture>(),
    demand: new Demand(),
    alerts$: new Subject<AlertEvent>(),
    metrics: createMetrics(new Registry()),
    auth: [] as AuthEvent[],
    full: [] as FullEvent[],
    errors: [] as Error[],
    faults: [] as unknown[],
    notifiers: fakeNotifiers(),
    removed: [] as AlertIdFilter[],
    folder,
    learnings: [] as unknown[],
    /** Reports and pictures, by camera; of the yard there are none. */
    reports: new Map([['door', '<!doctype html><p>report']]),
    jpegs: new Map([['door', Buffer.from('jpeg')]]),
    probe: (() => undefined) as ProbeDeps['probe'],
    queries: [] as Parameters<AlertStore['list']>[0][],
    /** What is kept of alerts, by their ids. */
    clips: new Map<string, string>(),
    curves: new Map<string, AlertCurve>(),
    snapshot: (name: string, jpeg: Uint8Array): void => writeFileSync(path.join(folder, name), jpeg),
  };
  const change = (...what: unknown[]): void => {
    if (feed.changeFailure) throw feed.changeFailure;
    feed.changes.push(what);
  };
  const server: Server = await startServer(
    {
      host: '127.0.0.1',
      port: 0,
      jpegQuality: 90,
      viewerBufferBytes: 64 * 1024,
      metricsIntervalMs: 60_000,
      heartbeatMs: 60_000,
      access: accessFor(),
      maxViewers: 100,
      maxViewersPerUser: 100,
      onAuth: (event) => feed.auth.push(event),
      onFull: (event) => feed.full.push(event),
      onError: (error) => feed.errors.push(error),
      onFault: (error) => feed.faults.push(error),
      ...options,
    },
    {
      ...feed,
      status: () => feed.cameras,
      control: {
        add: async (keys) => change('add', keys),
        change: async (id, keys) => change('change', id, keys),
        remove: async (id) => change('remove', id),
        settings: async (id) => ({ id, url: 'rtsp://***@door.local/main' }),
        about: async () => ({ file: 'site.yaml', canWrite: true, problems: feed.problems$.value }),
      },
      ready: () => feed.isReady,
      alerts: {
        list: (query) => {
          feed.queries.push(query);
          return feed.recorded;
        },
        get: (id) => feed.recorded.find((alert) => alert.id === id),
        snapshotPath: ({ snapshot }) => path.join(folder, snapshot),
        timeline: ({ from, to, buckets, ...query }) => {
          feed.queries.push({ from, to, ...query });
          const low = Array.from({ length: buckets }, () => 1);
          return { from, to, bucketMs: (to - from) / buckets, cameras: { door: { low, medium: low, high: low } } };
        },
        files: (id) => alertFiles(folder, id),
      },
      remove: async (filter) => {
        feed.removed.push(filter);
        const [gone, rest] = [
          feed.recorded.filter(({ id }) => (filter.id ?? id) === id),
          feed.recorded.filter(({ id }) => (filter.id ?? id) !== id),
        ];
        feed.recorded = rest;
        for (const alert of gone) feed.alerts$.next({ event: 'deleted', alert });
        return gone.length;
      },
      alertMedia: {
        clip: ({ id }) => feed.clips.get(id),
        readCurve: ({ id }) => feed.curves.get(id) ?? { points: [] },
      },
      notifiers: feed.notifiers,
      discovery: fakeDiscovery,
      probe: (source) => feed.probe(source),
      learn: (id, options) => {
        feed.learnings.push(options);
        const { tasks, learning, state } = feed.cameras.find((one) => one.id === id)!;
        if (state === 'paused') return 'not-running';
        if (learning) return 'already-learning';
        return tasks.includes('anomaly') ? 'started' : 'nothing-to-learn';
      },
      cancelLearning: (id) => void feed.learnings.push(id),
      picture: async (id) => feed.jpegs.get(id),
      report: async (id) => feed.reports.get(id),
      judge: (id, verdict) => {
        const index = feed.recorded.findIndex((alert) => alert.id === id);
        const [before] = index < 0 ? [] : [feed.recorded[index]];
        if (!before) return undefined;
        const judged = { ...before, verdict };
        feed.recorded[index] = judged;
        feed.alerts$.next({ event: 'updated', alert: judged });
        return judged;
      },
    },
  ).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  return {
    feed,
    server,
    close: async () => {
      await server.close();
      removeFolder();
    },
  };
};
