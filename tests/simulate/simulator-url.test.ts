import { ConfigError } from '../../src/core/errors.ts';
import { defaultScene } from '../../src/simulate/scene.ts';
import { anomalyKinds } from '../../src/simulate/schedule.ts';
import { parseSimulatorUrl } from '../../src/simulate/simulator-url.ts';

test('a URL without parameters gives the default scene with an anomaly every 45 s from 150 s on', () => {
  expect(parseSimulatorUrl('simulator://walkway')).toEqual({
    ...defaultScene,
    port: 0,
    schedule: { first: 150, every: 45, seconds: 6, kinds: anomalyKinds },
  });
});

test.each([
  ['seed=9&width=320&height=180&fps=5', { seed: 9, width: 320, height: 180, fps: 5 }],
  ['startTimeOfDay=22.5&timeScale=60&nightMode=colour', { startTimeOfDay: 22.5, timeScale: 60, nightMode: 'colour' }],
  ['schedule=none&port=8554', { schedule: 'none', port: 8554 }],
  [
    'schedule=vehicle@150:6,object@200.5:20',
    {
      schedule: [
        { kind: 'vehicle', startSeconds: 150, endSeconds: 156 },
        { kind: 'object', startSeconds: 200.5, endSeconds: 220.5 },
      ],
    },
  ],
  ['conditions=rain@10:5', { conditions: [{ kind: 'rain', startSeconds: 10, endSeconds: 15 }] }],
  ['conditions=rain,light-on', { conditions: { first: 150, every: 90, seconds: 30, kinds: ['rain', 'light-on'] } }],
  ['first=60&kinds=runner,turned', { schedule: { first: 60, every: 45, seconds: 6, kinds: ['runner', 'turned'] } }],
])('%s is understood', (query, expected) => {
  expect(parseSimulatorUrl(`simulator://walkway?${query}`)).toMatchObject(expected);
});

test.each([
  ['simulator://beach', 'scene "walkway", such as simulator://walkway?seed=1, got "simulator://beach"'],
  ['simulator://walkway?sed=1', 'got "sed"'],
  ['simulator://walkway?fps=fast', 'parameter "fps" to be a number from 1 to 60, got "fast"'],
  ['simulator://walkway?seed=', 'parameter "seed" to be a whole number from 0 to 2147483647, got ""'],
  ['simulator://walkway?width=333', 'parameter "width" to be an even number from 64 to 1920, got "333"'],
  ['simulator://walkway?nightMode=green', 'parameter "nightMode" to be infrared or colour, got "green"'],
  ['simulator://walkway?kinds=ufo', 'to be made of vehicle, object, runner, covered, turned, got "ufo"'],
  [
    'simulator://walkway?conditions=hail',
    'parameter "conditions" to be made of light-on, light-off, exposure, infrared',
  ],
  ['simulator://walkway?conditions=rain@1', 'such as light-on@150:6 (kind@start:seconds), got "rain@1"'],
  ['simulator://walkway?schedule=vehicle', '(kind@start:seconds), got "vehicle"'],
  ['simulator://walkway?schedule=none&first=3', 'left out where "first" is given'],
])('%s is refused by name', (url, message) => {
  const parse = (): unknown => parseSimulatorUrl(url);
  expect(parse).toThrow(ConfigError);
  expect(parse).toThrow(message);
});
