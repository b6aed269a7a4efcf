import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { listImages } from '../camera/image-folder.ts';
import { readStill } from '../camera/read-still.ts';
import type { Size } from '../camera/read-still.ts';
import { DataError } from '../core/errors.ts';
import type { Findings } from '../task/defect-map.ts';
import { imageScore, usualFindings } from '../task/image-score.ts';
import { listAnomalous } from './anomalous-folders.ts';
import type { AnomalousFolder } from './anomalous-folders.ts';
import { rocAuc } from './evaluation.ts';
import { learnImages } from './image-model.ts';
import type { ImageLearning } from './image-model.ts';
import { ImageScorer } from './image-scorer.ts';
import { withEngines } from './with-learned.ts';
import { distributionOf, outlierThreshold } from './outliers.ts';
import type { Distribution, OutlierThreshold } from './outliers.ts';
import { PixelRoc } from './pixel-roc.ts';
import { readImage, readImages } from './read-images.ts';

export interface ImagePlan extends ImageLearning {
  /** Folders of images: normal ones to learn from, other normal ones, and some for each kind of anomaly. */
  readonly train: string;
  readonly normal: string;
  readonly anomalous: readonly string[];
  /** A folder of masks for each of `anomalous`; without any, those that lie beside the images are taken. */
  readonly masks: readonly string[];
  /** All images are scaled to it; without it each keeps its own size. */
  readonly size?: Size | undefined;
  /** One in so many normal images may be above the threshold. */
  readonly oncePer: number;
}

/** What one folder of anomalous images showed against the normal ones. */
interface AnomalousImages {
  readonly scores: Distribution;
  /** Areas under the ROC curves: of whole images and, where there are masks, of pixels. */
  readonly imageAuroc: number;
  readonly pixelAuroc?: number;
  /** Share above the threshold. */
  readonly truePositiveRate: number;
}

export interface ImageEvaluation extends OutlierThreshold {
  readonly trainImages: number;
  readonly trainSeconds: number;
  readonly steps: number;
  /** Scores of the normal images that were held back from the training: the threshold is made from them. */
  readonly heldBack: Distribution;
  readonly normal: Distribution;
  readonly falsePositiveRate: number;
  /** By the names of their folders. */
  readonly anomalous: Readonly<Record<string, AnomalousImages>>;
  /** To score one image that is in memory, on one core. */
  readonly msPerImage: number;
}

/** Learns from normal images, then scores other images. Rejects with DataError for data that does not fit. */
export const evaluateImages = async (plan: ImagePlan, ffmpeg: Ffmpeg): Promise<ImageEvaluation> => {
  const { train, oncePer, size, patch, signal, onProgress } = plan;
  // What is wrong with the folders is said before the training, not after it.
  const files = [...(await listImages(train)).images.values()];
  const normalFiles = [...(await listImages(plan.normal)).images.values()];
  const folders = await listAnomalous(plan.anomalous, plan.masks);
  const options = { ffmpeg, size, least: patch, signal };
  const onRead = (done: number): void => onProgress?.({ stage: 'collecting', fraction: done / files.length });
  const images = await readImages(files, { ...options, onRead });

  return withEngines(async (engines) => {
    const { model, fitted, heldBack } = await learnImages(images, train, engines, plan);
    const session = await engines.inference.load(model);
    try {
      const scorer = new ImageScorer(session, patch);
      const foundHeld: Findings[] = [];
      for (const image of heldBack) {
        signal?.throwIfAborted();
        foundHeld.push((await scorer.look(image)).found);
        onProgress?.({ stage: 'calibrating', fraction: foundHeld.length / heldBack.length });
      }
      const usual = usualFindings(foundHeld);
      const held = foundHeld.map((finding) => imageScore(finding, usual));
      const found = outlierThreshold(held, oncePer);
      const shareAbove = (scores: readonly number[]): number =>
        scores.filter((score) => score >= found.threshold).length / scores.length;
      const add = (roc: PixelRoc, map: Float32Array, { width, height }: Size, mask: Uint8Array): void =>
        roc.add({ rows: height, cols: width, values: map }, mask, { width, height });

      const rocs = new Map(folders.filter(({ hasMasks }) => hasMasks).map((folder) => [folder, new PixelRoc()]));
      const normal: number[] = [];
      for (const file of normalFiles) {
        signal?.throwIfAborted();
        const image = await readImage(file, options);
        const { found: finding, map } = await scorer.look(image);
        normal.push(imageScore(finding, usual));
        for (const roc of rocs.values()) add(roc, map, image, new Uint8Array(map.length));
      }
      const scoresOf = async (folder: AnomalousFolder): Promise<number[]> => {
        const scores: number[] = [];
        for (const { file, mask } of folder.images) {
          signal?.throwIfAborted();
          const image = await readImage(file, options);
          const { found: finding, map } = await scorer.look(image);
          scores.push(imageScore(finding, usual));
          const roc = rocs.get(folder);
          if (roc && mask !== undefined) add(roc, map, image, await readMask(mask, file, image, plan, ffmpeg));
        }
        return scores;
      };
      const anomalous: Record<string, AnomalousImages> = {};
      for (const folder of folders) {
        const scores = await scoresOf(folder);
        const roc = rocs.get(folder);
        anomalous[folder.name] = {
          scores: distributionOf(scores),
          imageAuroc: rocAuc([...normal, ...scores], [...normal.map(() => false), ...scores.map(() => true)]),
          ...(roc && { pixelAuroc: roc.auc() }),
          truePositiveRate: shareAbove(scores),
        };
      }
      return {
        trainImages: images.length,
        trainSeconds: fitted.seconds,
        steps: fitted.steps,
        ...found,
        heldBack: distributionOf(held),
        normal: distributionOf(normal),
        falsePositiveRate: shareAbove(normal),
        anomalous,
        msPerImage: scorer.msPerImage,
      };
    } finally {
      await session.release();
    }
  });
};

const readMask = async (
  file: string,
  of: string,
  image: Size,
  { size }: Pick<ImagePlan, 'size'>,
  ffmpeg: Ffmpeg,
): Promise<Uint8Array> => {
  const mask = await readStill(file, ffmpeg, size);
  if (mask.width === image.width && mask.height === image.height) return mask.data;
  throw new DataError(
    'mismatch',
    `${file}: expected a mask of ${image.width}x${image.height} pixels as ${of} has, found ${mask.width}x${mask.height}`,
  );
};
