import { ConfigError } from '../core/errors.ts';
import { defaultScene, type SceneOptions } from './scene.ts';
import {
  anomalyKinds,
  conditionKinds,
  demoConditions,
  demoSchedule,
  type ConditionKind,
  type Episode,
  type Schedule,
} from './schedule.ts';

/** What a `simulator://` URL says: the scene, and the port it is served on (0: a free one). */
export interface SimulatedCamera extends SceneOptions {
  readonly port: number;
}

const parameters =
  'seed, width, height, fps, startTimeOfDay, timeScale, nightMode, port, schedule, first, every, seconds, kinds, conditions';

/**
 * Reads `simulator://walkway?seed=1&fps=15&first=150&every=45&seconds=6&kinds=vehicle,object`. Instead of the periodic
 * schedule: `schedule=none`, or `schedule=vehicle@150:6,object@200:20` (kind, start and length in seconds).
 * Conditions: `conditions=rain@150:30,knock@300:1`, or `conditions=rain,exposure` for one after the other, from 150 s on
 * every 90 s for 30 s. Throws ConfigError that names the parameter, what was expected, and what was found.
 */
export const parseSimulatorUrl = (url: string): SimulatedCamera => {
  const match = /^simulator:\/\/([^/?#]*)\/?(?:\?(.*))?$/.exec(url);
  if (match?.[1] !== 'walkway')
    throw new ConfigError('invalid', `Expected a simulator URL of the scene "walkway", such as simulator://walkway?seed=1, got "${url}"`); // prettier-ignore
  const query = new URLSearchParams(match[2] ?? '');
  for (const name of query.keys())
    if (!parameters.split(', ').includes(name)) throw invalid(name, `one of ${parameters}`);
  const number = (name: string, fallback: number, from: number, to: number, step = 0): number => {
    const text = query.get(name);
    if (text === null) return fallback;
    const value = text.trim() === '' ? NaN : Number(text);
    if (value >= from && value <= to && (step === 0 || value % step === 0)) return value;
    const what = step === 0 ? 'a number' : step === 1 ? 'a whole number' : 'an even number';
    throw invalid(name, `${what} from ${from} to ${to}`, text);
  };
  const nightMode = query.get('nightMode') ?? defaultScene.nightMode;
  if (nightMode !== 'infrared' && nightMode !== 'colour') throw invalid('nightMode', 'infrared or colour', nightMode);
  return {
    seed: number('seed', defaultScene.seed, 0, 2 ** 31 - 1, 1),
    width: number('width', defaultScene.width, 64, 1920, 2),
    height: number('height', defaultScene.height, 36, 1080, 2),
    fps: number('fps', defaultScene.fps, 1, 60),
    startTimeOfDay: number('startTimeOfDay', defaultScene.startTimeOfDay, 0, 24),
    timeScale: number('timeScale', defaultScene.timeScale, 0, 3600),
    nightMode,
    port: number('port', 0, 0, 65_535, 1),
    schedule: scheduleOf(query, number),
    conditions: conditionsOf(query.get('conditions') ?? 'none'),
  };
};

const invalid = (name: string, expected: string, found?: string): ConfigError =>
  new ConfigError(
    'invalid',
    found === undefined
      ? `Expected the simulator parameter to be ${expected}, got "${name}"`
      : `Expected the simulator parameter "${name}" to be ${expected}, got "${found}"`,
  );

type ReadNumber = (name: string, fallback: number, from: number, to: number) => number;

const scheduleOf = (query: URLSearchParams, number: ReadNumber): Schedule => {
  const text = query.get('schedule');
  const periodic = ['first', 'every', 'seconds', 'kinds'].find((name) => query.has(name));
  if (text !== null && periodic !== undefined) throw invalid('schedule', `left out where "${periodic}" is given`, text);
  if (text === 'none') return 'none';
  if (text !== null) return text.split(',').map((episode) => episodeOf('schedule', anomalyKinds, episode));
  const kinds = query.get('kinds')?.split(',') ?? demoSchedule.kinds;
  return {
    first: number('first', demoSchedule.first, 0, 1e9),
    every: number('every', demoSchedule.every, 1, 1e9),
    seconds: number('seconds', demoSchedule.seconds, 0.1, 1e6),
    kinds: kinds.map((kind) => kindOf('kinds', anomalyKinds, kind)),
  };
};

const conditionsOf = (text: string): Schedule<ConditionKind> => {
  if (text === 'none') return 'none';
  const parts = text.split(',');
  if (text.includes('@')) return parts.map((episode) => episodeOf('conditions', conditionKinds, episode));
  return { ...demoConditions, kinds: parts.map((kind) => kindOf('conditions', conditionKinds, kind)) };
};

const kindOf = <Kind extends string>(name: string, kinds: readonly Kind[], text: string): Kind => {
  const kind = kinds.find((candidate) => candidate === text);
  if (kind === undefined) throw invalid(name, `made of ${kinds.join(', ')}`, text);
  return kind;
};

const episodeOf = <Kind extends string>(name: string, kinds: readonly Kind[], text: string): Episode<Kind> => {
  const [, kind = '', start = '', seconds = ''] = /^([a-z-]+)@(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (kind === '' || Number(seconds) === 0)
    throw invalid(name, `none, or a list such as ${kinds[0]}@150:6 (kind@start:seconds)`, text);
  return { kind: kindOf(name, kinds, kind), startSeconds: Number(start), endSeconds: Number(start) + Number(seconds) };
};
