import { FORMAT_GRAY, FORMAT_RGB, decompressSync } from '@julusian/jpeg-turbo';
import { NEVER, Subject } from 'rxjs';

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
  const log: (readonly ['saved' | 'announced' | 'failed' | 'completed', ...unknown[]])[] = [];
  const pictures = new Map<string, Uint8Array>();
  const events: AlertEvent[] = [];
  const footages: AlertFootage[] = [];
  const store = {
    save(alert: Omit<Alert, 'verdict'>, jpeg?: Uint8Array): Alert {
      save();
      if (jpeg) pictures.set(alert.snapshot, jpeg);
      log.push(['saved', alert.camera, alert.endAt, jpeg !== undefined]);
      return { ...alert, verdict };
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
      ...(sceneChange !== undefined && { sceneChange }),
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
  const store = { save: (alert: Omit<Alert, 'verdict'>) => ({ ...alert, verdict: null }), saveFootage() {} };
  watchAlerts(predictions$, store, options, { ticks$: NEVER, onError() {} }).subscribe({
    error: (error) => errors.push(error),
  });
  predictions$.error('broken');
  expect(errors).toEqual(['broken']);
});
