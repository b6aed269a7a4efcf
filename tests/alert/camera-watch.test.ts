import { CameraWatch } from '../../src/alert/camera-watch.ts';
import { renderFootage } from '../../src/simulate/footage.ts';
import { defaultScene } from '../../src/simulate/scene.ts';
import type { AnomalyKind, ConditionKind } from '../../src/simulate/schedule.ts';

const shape = { width: 256, height: 144, format: 'gray' } as const;
const options = { minSeconds: 0.4, clearBelow: 0.8, holdSeconds: 2, cooldownSeconds: 5, jpegQuality: 80 };

/** The alerts of the courtyard when no model looks at it; what happens is from second 11 to 20. */
const alertsDuring = (episode: { anomaly?: AnomalyKind; condition?: ConditionKind }) => {
  const times = { startSeconds: 11, endSeconds: 20 };
  const watch = new CameraWatch('door', options);
  const seen: [string, string][] = [];
  for (const { data, timeSeconds } of renderFootage({
    ...defaultScene,
    ...shape,
    fps: 5,
    schedule: episode.anomaly ? [{ kind: episode.anomaly, ...times }] : 'none',
    conditions: episode.condition ? [{ kind: episode.condition, ...times }] : 'none',
    fromSeconds: 0,
    toSeconds: 32,
    everySeconds: 0.4,
  })) {
    const frame = { ...shape, camera: 'door', sequence: 0, capturedAt: timeSeconds * 1000, data, release() {} };
    for (const { event, alert } of watch.next({ frame, queuedMs: 0, inferenceMs: 0 })) seen.push([event, alert.kind]);
  }
  return seen;
};

test.each([
  [{ anomaly: 'covered' }, 'camera-covered'],
  [{ condition: 'knock' }, 'camera-moved'],
] as const)('a camera without a model tells of %j as %s', (episode, kind) => {
  expect(alertsDuring(episode)).toEqual([
    ['opened', kind],
    ['closed', kind],
  ]);
});

test('a camera without a model tells nothing of light and infrared', () => {
  for (const condition of ['infrared', 'light-off'] as const) expect(alertsDuring({ condition })).toEqual([]);
});
