import type { Observable } from 'rxjs';

import type { CameraEvent } from '../core/camera.ts';
import type { Frame } from '../core/frame.ts';
import type { Prediction } from '../core/prediction.ts';
import type { CameraStatus, TaskName } from '../core/status.ts';
import type { DataSet } from '../learn/data-set.ts';
import type { LearnFrom } from './camera-learning.ts';
import type { InferenceQueue } from './inference.ts';
import type { LoadedModel } from './models.ts';

/** What the camera's life is made of; passed in by run-pipeline.ts. */
export interface CameraDeps {
  readonly frames$: Observable<Frame>;
  readonly events$: Observable<CameraEvent>;
  readonly redactedUrl: string;
  readonly queue: Pick<InferenceQueue, 'push'>;
  /** Footage to collect before learning, in seconds; undefined when the camera must not learn by itself. */
  readonly collectSeconds: number | undefined;
  /** Makes the live pictures ready to be denoised; false when there is no denoiser. Rejects when it cannot be used. */
  readonly loadDenoiser: () => Promise<boolean>;
  /** The camera's model for a learned task, when it was learned already. Rejects when it is damaged or fits another picture size. */
  readonly findModel: (task: TaskName) => Promise<LoadedModel | undefined>;
  /** Footage of a learning that was cut off by a crash. */
  readonly savedFootage?: () => Promise<DataSet | undefined>;
  /**
   * Learns from the footage: without a `start` what `findModel` does not find, else everything. `findModel` finds each
   * model from the moment `onLearned` is called; one that takes the place of another, soon.
   */
  readonly learn: LearnFrom;
  /** Every frame comes out here once, with or without a model's word on it; its pixels are valid during the call only. */
  readonly onPrediction: (prediction: Prediction) => void;
  readonly onStatus: (status: CameraStatus) => void;
  readonly onEvent: (event: CameraEvent) => void;
  /** The model cannot be used or learned; the camera goes on with raw pictures. */
  readonly onModelFailed: (error: unknown) => void;
  /** A task could make nothing of what its model gave for a frame, which comes out without its word. */
  readonly onTaskFailed: (task: TaskName, error: unknown) => void;
}
