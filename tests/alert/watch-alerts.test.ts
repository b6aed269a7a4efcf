import { FORMAT_GRAY, FORMAT_RGB, decompressSync } from '@julusian/jpeg-turbo';
import { NEVER, Subject } from 'rxjs';

import type { DetectedAlert } from '../../src/alert/alert-store.ts';
import { KeptFrame } from '../../src/alert/kept-frame.ts';
import { watchAlerts } from '../../src/alert/watch-alerts.ts';
import type { AlertFootage } from '../../src/alert/footage-file.ts';
import { StoreError } from '../../src/core/errors.ts';
import type { PixelFormat } from '../../src/core/frame.ts';
import { channelsOf } from '../../src/core/frame.ts';
import type { Prediction } from '../../src/core/prediction.ts';
import type { Alert, AlertEvent } from '../../src/core/status.ts';

const options = { minSeconds: 0, clearBelow: 0.8, holdSeconds: 3, cooldownSeconds: 10, jpegQuality: 90 };

/** A watch in simulated time: `see` gives it a frame of one brightness, `log` holds what it did, in order. */
const watch = ({
  save = () => {},
  overrides = {},
  verdict = null,
}: { save?: () => void; overrides?: Partial<typeof options>; verdict?: Alert['verdict'] } = {}) => {
  const predictions$ = new Subject<Prediction>();
  const ticks$ = new Subject<number>();
  const log: (readonly ['saved' | 'grouped' | 'announced' | 'failed' | 'completed', ...unknown[]])[] = [];
  const pictures = new Map<string, Uint8Array>();
  const events: AlertEvent[] = [];
  const footages: AlertFootage[] = [];
  const store = {
    save(alert: DetectedAlert, jpeg?: Uint8Array): Alert {
      save();
      if (jpeg) pictures.set(alert.snapshot, jpeg);
      log.push(['saved', alert.camera, alert.endAt, jpeg !== undefined]);
      return { ...alert, verdict, hasClip: false };
    },
    setGroup: (id: string, group: string) => {
      log.push(['grouped', id, group]);
      return undefined;
    },
    saveFootage: (_alert: unknown, footage: AlertFootage) =>
      void footages.push({ ...footage, frames: footage.frames.map((frame) => frame.slice()) }),
  };
  const subscription = watchAlerts(
    predictions$,
    store,
    { ...options, ...overrides },
    {
      ticks$,
      onError: (error, camera) => log.push(['failed', camera, error instanceof StoreError ? error.code : 'other']),
    },
  ).subscribe({
    next(event) {
      events.push(event);
      log.push(['announced', event.event]);
    },
    complete: () => log.push(['completed']),
  });
  const data = new Uint8Array(16 * 16 * 3);
  const see = (
    second: number,
    predScore?: number,
    brightness = 0,
    camera = 'door',
    format: PixelFormat = 'gray',
    sceneChange?: boolean,
  ) => {
    const pixels = data.subarray(0, 16 * 16 * channelsOf(format)).fill(brightness);
    predictions$.next({
      frame: {
        camera,
        sequence: 0,
        capturedAt: second * 1000,
        width: 16,
        height: 16,
        format,
        data: pixels,
        release() {},
      },
      ...(predScore !== undefined && { predScore }),
      ...(sceneChange !== undefined && { sceneChange, sceneKind: 'scene-change' as const }),
      queuedMs: 0,
      inferenceMs: 0,
    });
    // The pixels are the pool's again when the call is over.
    pixels.fill(255);
  };
  /** A frame while the whole scene changes, with a score that must not count. */
  const seeChange = (second: number) => see(second, 5, 60, 'door', 'gray', true);
  return { see, seeChange, log, events, pictures, footages, predictions$, ticks$, subscription };
};

test('an incident is one alert with start, peak, end and score, each event saved before it is announced', () => {
  const { see, log, events } = watch();
  see(0, 0.5);
  see(1, 1.5, 10);
  see(2.5, 2, 20);
  see(3, 0.1);
  see(5.5, 0.1);
  expect(log).toEqual([
    ['saved', 'door', null, true],
    ['announced', 'opened'],
    ['saved', 'door', null, true],
    ['announced', 'updated'],
    ['saved', 'door', 2500, false],
    ['announced', 'closed'],
  ]);
  expect(new Set(events.map(({ alert }) => alert.id)).size).toBe(1);
  expect(events.at(-1)?.alert).toMatchObject({
    kind: 'anomaly',
    startAt: 1000,
    peakAt: 2500,
    endAt: 2500,
    peakScore: 2,
  });
});

test.each([
  ['gray', FORMAT_GRAY],
  ['rgb24', FORMAT_RGB],
] as const)(
  'the snapshot is the %s frame at the peak, even when its memory was used again since',
  (format, jpegFormat) => {
    const { see, events, pictures } = watch({ overrides: { minSeconds: 1 } });
    see(0, 1.5, 10, 'door', format);
    see(0.5, 3, 90, 'door', format);
    see(1, 2, 30, 'door', format);
    const [{ alert }] = events as [AlertEvent];
    const picture = decompressSync(Buffer.from(pictures.get(alert.snapshot)!), { format: jpegFormat });
    expect([picture.width, picture.height]).toEqual([16, 16]);
    expect(Math.abs(picture.data[0]! - 90)).toBeLessThanOrEqual(2);
  },
);

test('a smaller rise within the cooldown keeps the alert and the picture of the higher peak', () => {
  const { see, events, pictures } = watch();
  see(0, 3, 90);
  see(4, 0);
  see(6, 2, 30);
  expect(events.map(({ event }) => event)).toEqual(['opened', 'closed', 'updated']);
  const picture = decompressSync(Buffer.from(pictures.get(events[0]!.alert.snapshot)!), { format: FORMAT_GRAY });
  expect(events[2]?.alert).toMatchObject({ id: events[0]?.alert.id, peakScore: 3, endAt: null });
  expect(Math.abs(picture.data[0]! - 90)).toBeLessThanOrEqual(2);
});

test('two cameras at once have an alert each', () => {
  const { see, events } = watch();
  see(0, 2, 0, 'door');
  see(0, 2, 0, 'yard');
  see(1, 0.9, 0, 'door');
  expect(events.map(({ alert }) => alert.camera)).toEqual(['door', 'yard']);
  expect(events[0]?.alert.id).not.toBe(events[1]?.alert.id);
});

test('a camera that goes away has its alert closed by the clock', () => {
  const { see, ticks$, events } = watch();
  see(0, 2);
  ticks$.next(2000);
  ticks$.next(3000);
  expect(events.map(({ event }) => event)).toEqual(['opened', 'closed']);
  expect(events[1]?.alert.endAt).toBe(0);
});

test('an alert that cannot be saved is announced all the same, the failure told, and the stream goes on', () => {
  const save = () => {
    throw new StoreError('write-failed', 'disk full');
  };
  const { see, log } = watch({ save });
  see(0, 2);
  see(3, 0);
  expect(log).toEqual([
    ['failed', 'door', 'write-failed'],
    ['announced', 'opened'],
    ['failed', 'door', 'write-failed'],
    ['announced', 'closed'],
  ]);
});

test('when the predictions end, open alerts are closed before the alerts end', () => {
  const { see, log, predictions$, ticks$ } = watch();
  see(0, 2);
  predictions$.complete();
  expect(log.slice(-2)).toEqual([['announced', 'closed'], ['completed']]);
  expect(ticks$.observed).toBe(false);
});

test('unsubscribing lets go of the predictions and of the clock', () => {
  const { predictions$, ticks$, subscription } = watch();
  expect([predictions$.observed, ticks$.observed]).toEqual([true, true]);
  subscription.unsubscribe();
  expect([predictions$.observed, ticks$.observed]).toEqual([false, false]);
});

test('predictions without a score, of cameras without the anomaly task, raise nothing', () => {
  const { see, log } = watch();
  see(0);
  expect(log).toEqual([]);
});

test('an error of the predictions is passed on', () => {
  const predictions$ = new Subject<Prediction>();
  const errors: unknown[] = [];
  const store = {
    save: (alert: DetectedAlert) => ({ ...alert, verdict: null, hasClip: false }),
    saveFootage() {},
    setGroup: () => undefined,
  };
  watchAlerts(predictions$, store, options, { ticks$: NEVER, onError() {} }).subscribe({
    error: (error) => errors.push(error),
  });
  predictions$.error('broken');
  expect(errors).toEqual(['broken']);
});

const eventsOf = (events: readonly AlertEvent[]) =>
  events.map(({ event, alert: { kind, startAt, endAt } }) => [event, kind, startAt, endAt]);

test('a change of the whole scene is one alert of its own, whatever the score says meanwhile', () => {
  const { see, seeChange, events, footages } = watch({ overrides: { minSeconds: 1 } });
  see(0, 0.5);
  seeChange(1);
  seeChange(1.5);
  seeChange(2);
  seeChange(3);
  see(4, 0.5);
  see(6, 0.5);
  expect(eventsOf(events)).toEqual([
    ['opened', 'scene-change', 1000, null],
    ['closed', 'scene-change', 1000, 3000],
  ]);
  expect(events[0]?.alert.peakScore).toBe(1);
  expect(footages).toEqual([]);
});

test('a change of the scene shorter than minSeconds raises nothing, and ends the rise of an anomaly', () => {
  const { see, seeChange, events } = watch({ overrides: { minSeconds: 1 } });
  see(0, 2);
  seeChange(0.5);
  see(1, 2);
  see(1.9, 2);
  expect(events).toEqual([]);
});

test('an open anomaly is closed when a scene change begins, with the footage until then', () => {
  const { see, seeChange, events, footages } = watch();
  see(0, 0.5, 1);
  see(1, 2, 2);
  seeChange(2);
  see(20, 0.5);
  expect(eventsOf(events)).toEqual([
    ['opened', 'anomaly', 1000, null],
    ['closed', 'anomaly', 1000, 1000],
    ['opened', 'scene-change', 2000, null],
    ['closed', 'scene-change', 2000, 2000],
  ]);
  // That of the opening, against a crash, and that of the end.
  expect(footages.map(({ frames }) => frames.map(([byte]) => byte))).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('footage shows what was before, the incident and its end, and nothing from before a scene change', () => {
  const { see, seeChange, footages } = watch();
  see(0, 0.5, 1);
  seeChange(1);
  for (const [second, score] of [0.5, 0.5, 2, 2, 0.5, 0.5, 0.5].entries()) see(second + 2, score, second + 10);
  expect(footages[1]).toMatchObject({ width: 16, height: 16, format: 'gray', framesPerSecond: 1 });
  expect(footages.map(({ frames }) => frames.map(([byte]) => byte))).toEqual([
    [10, 11, 12],
    [10, 11, 12, 13, 14, 15],
  ]);
});

test('when an alert goes on after closing, its footage is replaced only by that of a higher peak', () => {
  const lower = watch({ overrides: { holdSeconds: 1 } });
  const higher = watch({ overrides: { holdSeconds: 1 } });
  for (const [{ see }, peak] of [
    [lower, 1.5],
    [higher, 3],
  ] as const) {
    const scores = [0.5, 2, 0.5, 0.5, ...Array<number>(20).fill(0.5), peak, 0.5, 0.5];
    for (const [index, score] of scores.entries()) see(index / 4, score, index);
    see(10, 0.5);
  }
  // Each first saves that of the opening and that of the first closing.
  expect(lower.footages).toHaveLength(2);
  expect(higher.footages).toHaveLength(3);
  expect(higher.footages[2]?.frames.map(([byte]) => byte)).toContain(24);
});

test('an alert that somebody judged meanwhile is announced with the verdict', () => {
  const { see, events } = watch({ verdict: 'normal' });
  see(0, 2);
  expect(events[0]?.alert.verdict).toBe('normal');
});

test('a frame that cannot be encoded costs its alert the picture, is reported, and harms no other camera', () => {
  const { see, log, events, pictures, predictions$ } = watch();
  const frame = { camera: 'broken', sequence: 0, capturedAt: 0, width: 16, height: 16, format: 'gray' as const };
  predictions$.next({
    frame: { ...frame, data: new Uint8Array(3), release() {} },
    predScore: 2,
    queuedMs: 0,
    inferenceMs: 0,
  });
  see(0, 2);
  expect(log).toEqual([
    ['failed', 'broken', 'other'],
    ['saved', 'broken', null, false],
    ['announced', 'opened'],
    ['saved', 'door', null, true],
    ['announced', 'opened'],
  ]);
  expect([...pictures.keys()]).toEqual([events[1]?.alert.snapshot]);
});

test('alerts of two cameras that begin together are a group, of which the first one is told too', () => {
  const recorded = new Map<string, Alert>();
  const predictions$ = new Subject<Prediction>();
  const events: AlertEvent[] = [];
  const store = {
    save: (alert: DetectedAlert): Alert => {
      const kept = recorded.get(alert.id) ?? { ...alert, verdict: null, hasClip: false };
      recorded.set(alert.id, kept);
      return kept;
    },
    setGroup: (id: string, group: string) => ({ ...recorded.get(id)!, group }),
    saveFootage() {},
  };
  watchAlerts(
    predictions$,
    store,
    { ...options, groupSeconds: 5 },
    {
      ticks$: NEVER,
      isQuiet: (startAt) => startAt === 2000,
      onError: (error) => {
        throw error;
      },
    },
  ).subscribe((event) => events.push(event));
  for (const [camera, second] of [
    ['door', 1],
    ['yard', 2],
  ] as const) {
    const data = new Uint8Array(256);
    predictions$.next({
      frame: {
        ...{ camera, sequence: 0, capturedAt: second * 1000, width: 16, height: 16, format: 'gray', data },
        release() {},
      },
      ...{ predScore: 2, queuedMs: 0, inferenceMs: 0 },
    });
  }
  const [first] = events;
  expect(events.map(({ event, alert: { camera, group, isQuiet } }) => [event, camera, group, isQuiet])).toEqual([
    ['opened', 'door', null, false],
    ['opened', 'yard', first?.alert.id, true],
    ['updated', 'door', first?.alert.id, false],
  ]);
});

test('a camera without pictures is told of by the ticks with its last one, and a deleted alert is not told of any more', () => {
  const ticks$ = new Subject<number>();
  const events: AlertEvent[] = [];
  const pictures: string[] = [];
  let isDeleted = false;
  const store = {
    save: (alert: DetectedAlert, jpeg?: Uint8Array) => {
      if (jpeg) pictures.push(alert.snapshot);
      return isDeleted ? undefined : { ...alert, verdict: null, hasClip: false };
    },
    setGroup: () => undefined,
    saveFootage() {},
  };
  let state: 'failed' | 'live' = 'failed';
  const last = new KeptFrame(90);
  last.keep({ width: 8, height: 8, format: 'gray', capturedAt: -500, data: new Uint8Array(64) });
  watchAlerts(
    NEVER,
    store,
    { ...options, cameraDownSeconds: 2 },
    {
      ticks$,
      cameras: () => [{ id: 'door', state }],
      lastFrameOf: () => last,
      onError: (error) => {
        throw error;
      },
    },
  ).subscribe((event) => events.push(event));
  for (const now of [0, 1000, 2000]) ticks$.next(now);
  expect(events.map(({ event, alert: { kind } }) => [event, kind])).toEqual([['opened', 'camera-down']]);
  expect(events[0]?.alert.snapshotAt).toBe(-500);
  expect(pictures).toEqual([`${events[0]?.alert.id}.jpg`]);
  isDeleted = true;
  state = 'live';
  ticks$.next(3000);
  expect(events).toHaveLength(1);
});

test('what is open of a camera that goes is closed at once, and of one that is down when all ends', () => {
  const [ticks$, predictions$] = [new Subject<number>(), new Subject<Prediction>()];
  const told: string[] = [];
  const store = {
    save: (alert: DetectedAlert) => ({ ...alert, verdict: null, hasClip: false }),
    setGroup: () => undefined,
    saveFootage() {},
  };
  let cameras: { id: string; state: 'live' | 'failed' }[] = [
    { id: 'door', state: 'live' },
    { id: 'yard', state: 'failed' },
  ];
  watchAlerts(
    predictions$,
    store,
    { ...options, cameraDownSeconds: 1 },
    {
      ticks$,
      cameras: () => cameras,
      onError: (error) => {
        throw error;
      },
    },
  ).subscribe(({ event, alert }) => told.push(`${event} ${alert.camera} ${alert.kind}`));
  const data = new Uint8Array(64);
  const frame = {
    camera: 'door',
    sequence: 1,
    capturedAt: 0,
    ...{ width: 8, height: 8, format: 'gray' as const, data },
  };
  predictions$.next({ frame: { ...frame, release() {} }, predScore: 2, queuedMs: 0, inferenceMs: 0 });
  ticks$.next(0);
  ticks$.next(1000);
  cameras = cameras.slice(1);
  ticks$.next(1100);
  predictions$.complete();
  expect(told).toEqual([
    'opened door anomaly',
    'opened yard camera-down',
    'closed door anomaly',
    'closed yard camera-down',
  ]);
});
