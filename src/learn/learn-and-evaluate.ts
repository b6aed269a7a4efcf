import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { FootageOptions } from '../camera/read-footage.ts';
import type { LearningProgress } from '../core/status.ts';
import { collectFootage } from './collect-footage.ts';
import { clipsIn, evaluateAnomaly } from './evaluate-anomaly.ts';
import type { AnomalyEvaluation } from './evaluate-anomaly.ts';
import type { LearnOptions } from './learn-model.ts';
import { withLearned } from './with-learned.ts';

/** As a pipeline file has them by default, but with more patience; and as the footage of tests is short, a fifth is held back. */
export const evaluationDefaults = {
  task: 'anomaly',
  batch: 4,
  noise: 0.05,
  patience: 10,
  validationShare: 0.2,
  falseAlarmsPerDay: 1,
  smoothingSeconds: 0.15,
  minSeconds: 0.4,
} as const;

/** From what a model is learned to be measured, and for how long. */
export interface EvaluationPlan {
  readonly train: string;
  readonly minutes: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LearningProgress) => void;
}

/** How a plan's model is learned; its task and its architecture are still to be named. */
export const evaluationOptions = ({ train, minutes, seed, signal, onProgress }: EvaluationPlan) => ({
  ...evaluationDefaults,
  seed,
  maxMinutes: minutes,
  source: train,
  ...(signal && { signal }),
  ...(onProgress && { onProgress }),
});

interface Plan extends EvaluationPlan {
  /** Folder of clips to score, file of labels, folder of masks; `train` is a folder of clips of normal life. */
  readonly test: string;
  readonly labels: string;
  readonly masks?: string | undefined;
  readonly footage: FootageOptions;
  readonly architecture: LearnOptions['architecture'];
}

export interface LearnedEvaluation extends AnomalyEvaluation {
  readonly trainFrames: number;
  readonly trainSeconds: number;
}

/** Learns from the normal clips, then scores the test clips as if live. Rejects with DataError for data that does not fit. */
export const learnAndEvaluate = async (plan: Plan, ffmpeg: Ffmpeg): Promise<LearnedEvaluation> => {
  const { train, footage, architecture, signal } = plan;
  const set = await collectFootage([...(await clipsIn(train)).values()], footage, ffmpeg, signal);
  return withLearned(set, { ...evaluationOptions(plan), architecture }, async (learned, engine) => {
    const result = await evaluateAnomaly(learned, plan, footage, { engine, ffmpeg });
    return { ...result, trainFrames: set.count, trainSeconds: learned.card.training.seconds };
  });
};
