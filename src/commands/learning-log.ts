import type { LearningProgress } from '../core/status.ts';

const intervalMs = 10_000;

/** Passes on each new stage of a camera's learning at once, and its progress every 10 s: a log is read later, by somebody. */
export const learningLog = (
  write: (fields: { readonly camera: string } & LearningProgress) => void,
  now: () => number = () => performance.now(),
): ((camera: string, progress: LearningProgress) => void) => {
  const written = new Map<string, { readonly stage: string; readonly at: number }>();
  return (camera, progress) => {
    const last = written.get(camera);
    if (last?.stage === progress.stage && now() - last.at < intervalMs) return;
    written.set(camera, { stage: progress.stage, at: now() });
    write({ camera, ...progress });
  };
};
