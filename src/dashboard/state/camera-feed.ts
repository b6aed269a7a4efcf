import type { PictureFrame } from '../picture/picture-frame.ts';
import type { CameraStatus, PredictionMessage } from '../wire.ts';
import { ScoreHistory } from './score-history.ts';
import { Store } from './store.ts';

/** How much of the past a camera's own view shows. */
export const historyMs = 5 * 60_000;
/** How much a new latency counts against those before it, so that the number can be read. */
const latencySmoothing = 0.2;

export interface Score {
  readonly value: number;
  /** The condition of the whole picture is changing, and the score says nothing. */
  readonly isSceneChange: boolean;
}

/** All that is known of one camera now. */
export class CameraFeed {
  readonly id: string;
  readonly status = new Store<CameraStatus | undefined>(undefined);
  readonly score = new Store<Score | undefined>(undefined);
  readonly latencyMs = new Store<number | undefined>(undefined);
  /** Whether there is a coloured picture now. */
  readonly isColorized = new Store(false);
  readonly history = new ScoreHistory(historyMs);
  /** When the last picture came, by performance.now(). */
  pictureAt: number | undefined;
  readonly #pictures = new Set<(frame: PictureFrame) => void>();

  constructor(id: string) {
    this.id = id;
  }

  /** Returns the function that ends it. */
  onPicture(listener: (frame: PictureFrame) => void): () => void {
    this.#pictures.add(listener);
    return () => void this.#pictures.delete(listener);
  }

  show(frame: PictureFrame, now: number): void {
    if (frame.kind !== 'heatmap') this.pictureAt = now;
    for (const listener of this.#pictures) listener(frame);
  }

  predict({ capturedAt, sentAt, predScore, sceneChange = false, colorized = false }: PredictionMessage): void {
    this.isColorized.set(colorized);
    const latencyMs = sentAt - capturedAt;
    const before = this.latencyMs.value ?? latencyMs;
    this.latencyMs.set(before + (latencyMs - before) * latencySmoothing);
    if (predScore === undefined) return;
    this.history.add(capturedAt, predScore);
    this.score.set({ value: predScore, isSceneChange: sceneChange });
  }
}
