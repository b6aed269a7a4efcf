import { ModelError } from '../core/errors.ts';
import type { CameraModel } from '../model/camera-model.ts';
import type { LearningRecord } from '../model/learning-record.ts';
import type { ModelCard } from '../model/model-card.ts';
import { joinSets, selectFrames } from './data-set.ts';
import type { DataSet, Parts } from './data-set.ts';
import type { FitResult } from './fit.ts';

/** A model that a camera has already. */
export interface PreviousModel {
  readonly model: CameraModel;
  readonly card: ModelCard;
  readonly record?: LearningRecord | undefined;
}

/** `previous`: go on from the model that is there. `fresh`: random weights. `recalibrate`: its weights, a new threshold. */
export type Start = 'previous' | 'fresh' | 'recalibrate';

/** The previous model, if it has the layers and takes the pictures of `wanted`. */
export const fittingModel = (
  previous: PreviousModel | undefined,
  wanted: Omit<CameraModel, 'weights'>,
): PreviousModel | undefined => {
  if (previous?.model.architecture !== wanted.architecture) return undefined;
  const layersOf = ({ topology, input }: Omit<CameraModel, 'weights'>): string =>
    JSON.stringify([topology.config.layers, input.height, input.width, input.channels]);
  return layersOf(previous.model) === layersOf(wanted) ? previous : undefined;
};

/** What a training would have given that left the model as it is. Throws ModelError 'missing' where there is none that fits. */
export const untrained = (
  previous: PreviousModel | undefined,
  { architecture, input }: Omit<CameraModel, 'weights'>,
  folder: string,
): FitResult => {
  if (!previous)
    throw new ModelError(
      'missing',
      `${folder}: expected a model of architecture ${architecture} for ${input.width}x${input.height} pictures to recalibrate, found none`,
    );
  const { model, card, record } = previous;
  const { steps, epochs, seconds, loss, validationLoss } = card.training;
  const { history = [], stoppedBy = 'signal' } = record ?? {};
  return { weights: model.weights, steps, epochs, seconds, loss, validationLoss, history, stoppedBy };
};

/** The parts of `set` with footage that was judged normal, which has its shape, at the end of what is trained on. */
export const withNormal = (set: DataSet, parts: Parts, normal: DataSet | undefined): Parts => {
  if (!normal) return parts;
  const places = Array.from({ length: normal.count }, (_, index) => set.count + index);
  return { ...parts, training: selectFrames(joinSets(set, normal), [...parts.training.origin, ...places]) };
};
