import type uPlot from 'uplot';

/** A time that something lasted, in milliseconds since the epoch; without an end until now. */
export interface Mark {
  readonly from: number;
  readonly to: number | null;
}

/** Where a mark lies between two times, as shares of the way; undefined when it lies outside. */
export const shareOf = ({ from, to }: Mark, min: number, max: number): readonly [number, number] | undefined => {
  const place = (time: number): number => Math.min(1, Math.max(0, (time - min) / (max - min)));
  const end = to ?? max;
  return max <= min || end < min || from > max ? undefined : [place(from), place(end)];
};

/** The line at the threshold 1.0, and bands where marks are; behind the curve. */
export const drawMarks = (
  chart: uPlot,
  marks: readonly Mark[],
  colors: { readonly spot: string; readonly wash: string },
): void => {
  const { ctx: context, bbox } = chart;
  const { left, top, width, height } = bbox;
  const { min, max } = chart.scales['x'] ?? {};
  context.save();
  for (const mark of typeof min === 'number' && typeof max === 'number' ? marks : []) {
    const shares = shareOf(mark, (min as number) * 1000, (max as number) * 1000);
    if (!shares) continue;
    const [from, to] = shares;
    const band = Math.max(2 * devicePixelRatio, (to - from) * width);
    context.fillStyle = colors.wash;
    context.fillRect(left + from * width, top, band, height);
    context.fillStyle = colors.spot;
    context.fillRect(left + from * width, top, band, 3 * devicePixelRatio);
  }
  context.strokeStyle = colors.spot;
  context.lineWidth = devicePixelRatio;
  context.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  context.beginPath();
  const y = Math.round(chart.valToPos(1, 'y', true));
  context.moveTo(left, y);
  context.lineTo(left + width, y);
  context.stroke();
  context.restore();
};
