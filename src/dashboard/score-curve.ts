/** How much of the past the curve shows. */
const spanMs = 120_000;
/** A pause longer than this is drawn as a gap. */
const gapMs = 5_000;

interface Point {
  readonly time: number;
  readonly score: number;
}

/** The top of the score axis: the threshold 1.0 always stays in the upper half and never at the edge. */
export const axisTop = (points: readonly Point[]): number =>
  points.reduce((top, { score }) => Math.max(top, score * 1.1), 1.5);

/** The scores of the last two minutes, with a line at the threshold 1.0. The newest point is at the right edge. */
export class ScoreCurve {
  #points: Point[] = [];
  #drawing = false;
  readonly #canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.#redraw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#redraw());
  }

  /** `time` in milliseconds since the epoch; 1.0 is the threshold. */
  add(time: number, score: number): void {
    this.#points = [...this.#points.filter((point) => point.time > time - spanMs), { time, score }];
    this.#redraw();
  }

  #redraw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const canvas = this.#canvas;
    const { clientWidth: width, clientHeight: height } = canvas;
    const context = canvas.getContext('2d');
    if (!context || width === 0) return;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    context.scale(devicePixelRatio, devicePixelRatio);
    const color = (name: string): string => getComputedStyle(canvas).getPropertyValue(name);

    const margin = 3;
    const end = this.#points.at(-1)?.time ?? 0;
    const top = axisTop(this.#points);
    const x = (time: number): number => width - margin - ((end - time) / spanMs) * (width - margin);
    const y = (score: number): number => height - margin - (Math.max(0, score) / top) * (height - 2 * margin);

    context.strokeStyle = color('--alarm');
    context.lineWidth = 1;
    context.setLineDash([4, 4]);
    context.beginPath();
    context.moveTo(0, y(1));
    context.lineTo(width, y(1));
    context.stroke();
    context.setLineDash([]);

    const gradient = context.createLinearGradient(0, 0, 0, height);
    const share = Math.min(1, Math.max(0, y(1) / height));
    gradient.addColorStop(0, color('--alarm'));
    gradient.addColorStop(share, color('--alarm'));
    gradient.addColorStop(share, color('--accent'));
    gradient.addColorStop(1, color('--accent'));
    context.strokeStyle = gradient;
    context.fillStyle = gradient;
    context.lineWidth = 1.75;
    context.lineJoin = 'round';
    context.beginPath();
    this.#points.forEach(({ time, score }, index) => {
      const isGap = time - (this.#points[index - 1]?.time ?? -Infinity) > gapMs;
      if (isGap) context.moveTo(x(time), y(score));
      else context.lineTo(x(time), y(score));
    });
    context.stroke();
    const last = this.#points.at(-1);
    if (!last) return;
    context.beginPath();
    context.arc(x(last.time), y(last.score), 2.5, 0, 2 * Math.PI);
    context.fill();
  }
}
