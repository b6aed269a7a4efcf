import { CameraWatch } from '../alert/camera-watch.ts';
import { pipelineSchema } from '../config/schema.ts';
import type { Session } from '../core/engine.ts';
import type { AlertKind } from '../core/status.ts';
import { DataSetCollector } from '../learn/data-set.ts';
import type { DataSet } from '../learn/data-set.ts';
import { evaluationOptions } from '../learn/learn-and-evaluate.ts';
import { withLearned } from '../learn/with-learned.ts';
import { runTask } from '../learn/run-task.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { initialState } from '../model/camera-model.ts';
import type { ModelCard } from '../model/model-card.ts';
import { renderFootage } from '../simulate/footage.ts';
import { defaultScene } from '../simulate/scene.ts';
import { anomalyKinds } from '../simulate/schedule.ts';
import type { AnomalyKind, Episode } from '../simulate/schedule.ts';
import { openTask } from '../task/open-task.ts';
import type { Part } from './anomaly.ts';
import { median, rounded } from './statistics.ts';

export const scene = { ...defaultScene, width: 256, height: 144, fps: 5 };
/** Footage to learn from, from ten in the morning. */
const learnSeconds = 300;
/** The hours without anomalies begin at two in the afternoon: day, dusk, lamps, infrared night. The seed is the scene's, so it stays. */
const watchAfterSeconds = 4 * 3600;
/** Anomalies of every kind in turn, one every 45 seconds, for so many rounds. */
const rounds = 6;
const defaults = pipelineSchema.parse({ cameras: [{ id: 'simulator', url: 'simulator://walkway' }] });

export interface Learned {
  readonly model: CameraModel;
  readonly card: ModelCard;
  readonly session: Session;
}

/** The synthetic camera: false alerts through the hours, then the share of anomalies found and the delay to the alert. */
export const simulator: Part = async ({ seed, minutes = 2, hours }) =>
  withLearnedScene(seed, minutes, async (learned) => {
    const found = await findAnomalies(learned, seed);
    const normal = await watchHours(learned, seed, hours);
    return { trainSeconds: Math.round(learned.card.training.seconds), ...found, ...normal };
  });

/** Learns the motion model from the normal scene, for one piece of work. */
export const withLearnedScene = async <T>(
  seed: number,
  minutes: number,
  work: (learned: Learned) => Promise<T>,
): Promise<T> => {
  const options = {
    ...evaluationOptions({ train: 'simulator', minutes, seed }),
    architecture: 'motion',
    validationShare: 0.3,
  } as const;
  return withLearned(footage(seed), options, async ({ model, card }, engine) => {
    const session = await engine.load(model);
    try {
      return await work({ model, card, session });
    } finally {
      await session.release();
    }
  });
};

const footage = (seed: number): DataSet => {
  const collector = new DataSetCollector({ ...scene, format: 'gray' }, scene.fps);
  for (const frame of renderFootage({ ...scene, seed, fromSeconds: 0, toSeconds: learnSeconds, format: 'gray' }))
    collector.add(frame);
  return collector.finish('simulator');
};

export interface Alerted {
  readonly kind: AlertKind;
  /** Seconds of the scene. */
  readonly at: number;
}

/** Every alert that the frames open, with the alert settings a user has by default. */
export const alertsOf = async (
  { model, card, session }: Learned,
  frames: Iterable<{ readonly data: Uint8Array; readonly timeSeconds: number }>,
  onScore?: (score: number, timeSeconds: number) => void,
): Promise<Alerted[]> => {
  const task = openTask(card, initialState(model));
  const watch = new CameraWatch('simulator', { ...defaults.alerts, jpegQuality: 80 });
  const alerts: Alerted[] = [];
  let sequence = 0;
  for (const { data, timeSeconds } of frames) {
    const frame = {
      camera: 'simulator',
      sequence: sequence++,
      capturedAt: timeSeconds * 1000,
      width: scene.width,
      height: scene.height,
      format: 'gray' as const,
      data,
      release: () => undefined,
    };
    const said = task && (await runTask(session, task, frame));
    onScore?.(said?.predScore ?? 0, timeSeconds);
    for (const { event, alert } of watch.next({ frame, ...said, queuedMs: 0, inferenceMs: 0 }))
      if (event === 'opened') alerts.push({ kind: alert.kind, at: timeSeconds });
  }
  return alerts;
};

const watchHours = async (learned: Learned, seed: number, hours: number) => {
  const alerts = await alertsOf(
    learned,
    renderFootage({
      ...scene,
      seed,
      fromSeconds: watchAfterSeconds,
      toSeconds: watchAfterSeconds + hours * 3600,
      format: 'gray',
    }),
  );
  const count = (kind: AlertKind): number => alerts.filter((alert) => alert.kind === kind).length;
  return {
    hours,
    falseAlertsPerDay: rounded((count('anomaly') * 24) / hours),
    sceneChanges: count('scene-change'),
    falseAlertsAt: alerts
      .filter(({ kind }) => kind === 'anomaly')
      .map(({ at }) => rounded(scene.startTimeOfDay + at / 3600)),
  };
};

/** An anomaly is found when an alert, of either kind, opens while it lasts. */
const findAnomalies = async (learned: Learned, seed: number) => {
  // Later than what was learned from: other people walk then.
  const fromSeconds = 1200;
  const [first, every, seconds] = [fromSeconds + 60, 45, 6];
  const episodes: Episode[] = Array.from({ length: rounds * anomalyKinds.length }, (_, index) => ({
    kind: anomalyKinds[index % anomalyKinds.length]!,
    startSeconds: first + index * every,
    endSeconds: first + index * every + seconds,
  }));
  const toSeconds = first + episodes.length * every;
  const alerts = await alertsOf(
    learned,
    renderFootage({
      ...scene,
      seed,
      schedule: episodes,
      fromSeconds,
      toSeconds,
      format: 'gray',
    }),
  );
  const during = ({ startSeconds, endSeconds }: Episode): Alerted | undefined =>
    alerts.find(({ at }) => at >= startSeconds && at <= endSeconds + 1);
  const shareOf = (kind: AnomalyKind): number => {
    const chosen = episodes.filter((episode) => episode.kind === kind);
    return rounded(chosen.filter(during).length / chosen.length);
  };
  const delays = episodes.flatMap((episode) => {
    const alert = during(episode);
    return alert ? [alert.at - episode.startSeconds] : [];
  });
  return {
    anomalies: episodes.length,
    found: rounded(episodes.filter(during).length / episodes.length),
    foundByKind: Object.fromEntries(anomalyKinds.map((kind) => [kind, shareOf(kind)])),
    delaySeconds: delays.length > 0 ? rounded(median(delays)) : undefined,
    alertsBeside: alerts.filter(
      ({ at }) => !episodes.some((each) => at >= each.startSeconds && at <= each.endSeconds + 10),
    ).length,
  };
};
