import type { CameraStatus, LearningProgress, PredictionMessage } from '../server/protocol.ts';
import { drawHeatmap } from './heatmap.ts';
import { jpegPainter } from './jpeg-painter.ts';
import { fromTemplate, part } from './part.ts';
import type { PictureFrame } from './picture-frame.ts';
import { ScoreCurve } from './score-curve.ts';
import { durationText } from './time-text.ts';

const stateText = {
  connecting: 'Connecting',
  live: 'Live',
  failed: 'Failed',
  learning: 'Learning',
  paused: 'Paused',
} as const;
const stageText = {
  collecting: 'Watching the scene',
  training: 'Learning what is normal',
  calibrating: 'Setting the threshold',
} as const;

/** How much a new latency counts against those before it, so that the number can be read. */
const latencySmoothing = 0.2;

/** "Learning what is normal: 42 %, loss 0.00120, 310 frames/s, about 3 min 20 s left" */
export const learningText = ({ stage, fraction, loss, framesPerSecond, secondsLeft }: LearningProgress): string =>
  [
    `${stageText[stage]}: ${Math.round(fraction * 100)} %`,
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(framesPerSecond === undefined ? [] : [`${Math.round(framesPerSecond)} frames/s`]),
    ...(secondsLeft === undefined ? [] : [`about ${durationText(secondsLeft * 1000)} left`]),
  ].join(', ');

/** One camera on the page: its pictures, its state, its score. */
export class CameraCard {
  readonly element: HTMLElement;
  readonly #curve: ScoreCurve;
  readonly #show: Readonly<Record<PictureFrame['kind'], (frame: PictureFrame) => void>>;
  #latencyMs: number | undefined;

  /** `onCompare` is called when its pictures are to be compared in a view of their own. */
  constructor(id: string, onCompare: () => void) {
    this.element = fromTemplate('camera');
    this.element.dataset['camera'] = id;
    this.element.dataset['testid'] = `camera-${id}`;
    this.element.setAttribute('aria-label', `Camera ${id}`);
    part(this.element, 'name').textContent = id;
    part(this.element, 'compare').addEventListener('click', onCompare);
    const canvas = (name: string): HTMLCanvasElement => {
      const found = part(this.element, name) as HTMLCanvasElement;
      found.dataset['testid'] = `${name}-${id}`;
      return found;
    };
    const heatmap = canvas('heatmap');
    this.#show = {
      raw: jpegPainter(canvas('raw')).show,
      denoised: jpegPainter(canvas('denoised')).show,
      colorized: jpegPainter(canvas('colorized')).show,
      heatmap: (frame) => drawHeatmap(heatmap, frame),
    };
    this.#curve = new ScoreCurve(canvas('score'));
  }

  setStatus(status: CameraStatus): void {
    const { element } = this;
    const { state, working, live, message, cause, learning } = status;
    element.dataset['state'] = state;
    element.style.setProperty('--aspect', `${live.width} / ${live.height}`);
    part(element, 'state').textContent = stateText[state];
    part(element, 'denoised-figure').hidden = !working.includes('denoise');
    part(element, 'score-box').hidden = !working.includes('anomaly');
    part(element, 'heat-switch').hidden = part(element, 'score-box').hidden;
    part(element, 'failure').hidden = state !== 'failed';
    part(element, 'cause').textContent = cause ?? '';
    part(element, 'message').textContent = message ?? '';
    part(element, 'learning').hidden = !learning;
    if (!learning) return;
    part(element, 'learning-text').textContent = learningText(learning);
    (part(element, 'learning-bar') as HTMLProgressElement).value = learning.fraction;
  }

  /** Marks the camera while one of its alerts is going on. */
  setAlarmed(isAlarmed: boolean): void {
    this.element.classList.toggle('alarmed', isAlarmed);
  }

  addPrediction({ capturedAt, sentAt, predScore, sceneChange = false, colorized = false }: PredictionMessage): void {
    part(this.element, 'colorized-figure').hidden = !colorized;
    const latencyMs = sentAt - capturedAt;
    this.#latencyMs = (this.#latencyMs ?? latencyMs) * (1 - latencySmoothing) + latencyMs * latencySmoothing;
    part(this.element, 'latency').textContent = `${Math.round(this.#latencyMs)} ms`;
    if (predScore === undefined) return;
    this.#curve.add(capturedAt, predScore);
    const value = part(this.element, 'score-value');
    value.textContent = predScore.toFixed(2);
    value.classList.toggle('over', predScore >= 1 && !sceneChange);
  }

  showPicture(frame: PictureFrame): void {
    this.element.classList.add('seen');
    this.#show[frame.kind](frame);
  }
}
