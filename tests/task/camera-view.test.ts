import { renderFootage } from '../../src/simulate/footage.ts';
import { defaultScene } from '../../src/simulate/scene.ts';
import type { AnomalyKind, ConditionKind } from '../../src/simulate/schedule.ts';
import { CameraView } from '../../src/task/camera-view.ts';

const shape = { width: 256, height: 144, format: 'gray' } as const;

/** What the view is in turn, with an episode from second 11 to 20 in the courtyard. */
const statesDuring = (
  { anomaly, condition }: { anomaly?: AnomalyKind; condition?: ConditionKind },
  startTimeOfDay = 10,
): string[] => {
  const times = { startSeconds: 11, endSeconds: 20 };
  const view = new CameraView();
  const states: string[] = ['usual'];
  for (const { data, timeSeconds } of renderFootage({
    ...defaultScene,
    ...shape,
    startTimeOfDay,
    fps: 5,
    schedule: anomaly ? [{ kind: anomaly, ...times }] : 'none',
    conditions: condition ? [{ kind: condition, ...times }] : 'none',
    fromSeconds: 0,
    toSeconds: 23,
    everySeconds: 0.4,
  })) {
    const state = view.next({ ...shape, data, capturedAt: timeSeconds * 1000 });
    if (state !== states.at(-1)) states.push(state);
  }
  expect(view.canJudge || states.includes('moved')).toBe(true);
  return states;
};

test.each([10, 22])('a covered lens is seen as one, until it is free again (%d h)', (hour) => {
  expect(statesDuring({ anomaly: 'covered' }, hour)).toEqual(['usual', 'suspect', 'covered', 'usual']);
});

test.each([
  ['turned', { anomaly: 'turned' }, 10],
  ['knocked by day', { condition: 'knock' }, 10],
  ['knocked at night', { condition: 'knock' }, 22],
] as const)('a camera that was %s has moved', (_name, change, hour) => {
  expect(statesDuring(change, hour).slice(0, 3)).toEqual(['usual', 'suspect', 'moved']);
});

test.each(['light-on', 'light-off', 'exposure', 'infrared', 'compression', 'rain'] as const)(
  'with the condition %s the view stays the usual one',
  (condition) => {
    for (const hour of [10, 22]) expect(statesDuring({ condition }, hour)).toEqual(['usual']);
  },
);

test.each(['vehicle', 'object', 'runner'] as const)('a %s that comes by is no other view', (anomaly) => {
  expect(statesDuring({ anomaly })).toEqual(['usual']);
});

test('a picture without structure says nothing, whatever becomes of it', () => {
  const view = new CameraView();
  for (let second = 0; second < 30; second++) {
    const data = new Uint8Array(256 * 144).fill(second < 15 ? 200 : 0);
    expect(view.next({ ...shape, data, capturedAt: second * 1000 })).toBe('usual');
  }
  expect(view.canJudge).toBe(false);
});
