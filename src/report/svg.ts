/** A point of a plot, in the units of its axes. */
export type Point = readonly [x: number, y: number];

interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Logarithmic: `min` is above 0. */
  readonly log?: boolean;
}

/** What a plot is made of: a colour is a class of the page's style sheet. */
export type Mark =
  | { readonly type: 'line'; readonly points: readonly Point[]; readonly color: string }
  | { readonly type: 'bars'; readonly edges: readonly number[]; readonly counts: readonly number[] }
  | { readonly type: 'band'; readonly from: number; readonly to: number }
  | { readonly type: 'rule'; readonly at: number; readonly across: 'x' | 'y'; readonly label: string };

interface Plot {
  readonly title: string;
  /** What a reader who does not see the plot should know. */
  readonly text: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
  /** Colour and meaning of the lines. */
  readonly legend?: readonly (readonly [color: string, label: string])[];
}

/** Units of the picture; the page scales it to its column. */
const size = { width: 460, height: 280 };
const margin = { left: 52, right: 12, top: 12, bottom: 44 };

export const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Short enough for an axis. */
export const short = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(0).replace('+', '')
    : String(Number(value.toPrecision(3)));

/** Round numbers from `min` to `max`: powers of ten on a logarithmic axis, else steps of 1, 2 or 5 times one. */
export const ticks = ({ min, max, log = false }: Omit<Axis, 'label'>): number[] => {
  // Within less than two decades powers of ten are too few.
  if (log && max / min >= 100) {
    const first = Math.ceil(Math.log10(min) - 1e-9);
    const decades = Math.max(0, Math.floor(Math.log10(max) + 1e-9) - first);
    const stride = Math.ceil((decades + 1) / 6);
    return Array.from({ length: Math.floor(decades / stride) + 1 }, (_, index) => 10 ** (first + index * stride));
  }
  const rough = (max - min) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
};

/** Where a value lies between the ends of its axis, 0..1 within the plot. */
const place = ({ min, max, log = false }: Axis, value: number): number =>
  log ? Math.log(Math.max(value, min) / min) / Math.log(max / min) : (value - min) / (max - min);

/** An SVG figure with axes, and a caption below it. */
export const plot = ({ title, text, x, y, marks, legend = [] }: Plot): string => {
  const right = size.width - margin.right;
  const bottom = size.height - margin.bottom;
  const px = (value: number): string => (margin.left + place(x, value) * (right - margin.left)).toFixed(1);
  const py = (value: number): string => (bottom - place(y, value) * (bottom - margin.top)).toFixed(1);
  const draw = (mark: Mark): string => {
    switch (mark.type) {
      case 'line':
        return `<polyline class="${mark.color}" points="${mark.points.map(([at, value]) => `${px(at)},${py(value)}`).join(' ')}"/>`;
      case 'bars':
        return mark.counts
          .map((count, bar) => {
            const [from, to] = [Number(px(mark.edges[bar]!)), Number(px(mark.edges[bar + 1]!))];
            const top = Number(py(count));
            return count === 0
              ? ''
              : `<rect class="bar" x="${from}" y="${top}" width="${Math.max(0.5, to - from - 1).toFixed(1)}" height="${(bottom - top).toFixed(1)}"/>`;
          })
          .join('');
      case 'band':
        return `<rect class="band" x="${px(mark.from)}" y="${margin.top}" width="${(Number(px(mark.to)) - Number(px(mark.from))).toFixed(1)}" height="${bottom - margin.top}"/>`;
      case 'rule': {
        const at = mark.across === 'y' ? py(mark.at) : px(mark.at);
        return mark.across === 'y'
          ? `<path class="rule" d="M${margin.left} ${at}H${right}"/><text class="note" x="${right - 4}" y="${Number(at) - 5}" text-anchor="end">${escape(mark.label)}</text>`
          : `<path class="rule" d="M${at} ${margin.top}V${bottom}"/><text class="note" x="${Number(at) - 5}" y="${margin.top + 12}" text-anchor="end">${escape(mark.label)}</text>`;
      }
    }
  };
  const across = ticks(x).map(
    (tick) => `<text x="${px(tick)}" y="${bottom + 16}" text-anchor="middle">${short(tick)}</text>`,
  );
  const up = ticks(y).map(
    (tick) =>
      `<path class="grid" d="M${margin.left} ${py(tick)}H${right}"/><text x="${margin.left - 6}" y="${Number(py(tick)) + 4}" text-anchor="end">${short(tick)}</text>`,
  );
  const keys = legend.map(([color, label]) => `<span class="key ${color}">${escape(label)}</span>`).join('');
  return `<figure class="plot"><h3>${escape(title)}</h3>
<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escape(`${title}. ${text}`)}">
${up.join('')}${across.join('')}
<text x="${(margin.left + right) / 2}" y="${size.height - 8}" text-anchor="middle">${escape(x.label)}</text>
<text transform="translate(12 ${(margin.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(y.label)}</text>
${marks.map(draw).join('\n')}
</svg>${keys && `<p class="keys">${keys}</p>`}<figcaption>${escape(text)}</figcaption></figure>`;
};
