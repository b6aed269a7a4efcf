import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';

import { useApp } from '../state/app.ts';
import { axisTop, columnsOf, type ScorePoint } from '../state/score-history.ts';
import { useStore } from '../state/use-store.ts';
import { colorOf } from './colors.ts';
import { drawMarks, type Mark } from './marks.ts';

interface ScoreChartProps {
  /** Read anew at each tick of `refreshMs`; a chart without one shows what it was given. */
  readonly points: () => readonly ScorePoint[];
  readonly refreshMs?: number;
  /** Seconds of the newest to show; without it all. */
  readonly spanSeconds?: number;
  readonly marks: readonly Mark[];
  readonly label: string;
  readonly height?: number;
}

const fonts = '11px ui-monospace, "DejaVu Sans Mono", monospace';
const clock = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** Scores over time, with the threshold and what happened marked. */
export const ScoreChart = ({ points, refreshMs, spanSeconds, marks, label, height = 150 }: ScoreChartProps) => {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ points, marks });
  latest.current = { points, marks };
  const { theme } = useStore(useApp().preferences);
  const chart = useRef<uPlot | undefined>(undefined);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let isShown = true;
    const make = async (): Promise<void> => {
      // Views without a chart need not wait for it.
      const { default: Plot } = await import('uplot');
      if (!isShown) return;
      chart.current?.destroy();
      chart.current = new Plot(
        optionsOf(element, { height, spanSeconds, marks: () => latest.current.marks }),
        columnsOf(latest.current.points()),
        element,
      );
    };
    void make();
    const size = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height }));
    size.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const remake = (): void => void make();
    scheme.addEventListener('change', remake);
    const refresh = (): void => chart.current?.setData(columnsOf(latest.current.points()));
    const timer = refreshMs === undefined ? undefined : setInterval(refresh, refreshMs);
    return () => {
      isShown = false;
      clearInterval(timer);
      scheme.removeEventListener('change', remake);
      size.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [refreshMs, spanSeconds, height, theme]);

  useEffect(() => chart.current?.setData(columnsOf(points())), [points, marks]);

  return <div class="score-chart" ref={place} role="img" aria-label={label} data-testid="score-chart" />;
};

const optionsOf = (
  element: HTMLElement,
  { height, spanSeconds, marks }: { height: number; spanSeconds: number | undefined; marks: () => readonly Mark[] },
): uPlot.Options => {
  const color = (name: string): string => colorOf(element, name);
  const axis = {
    stroke: color('muted'),
    font: fonts,
    grid: { stroke: color('line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    padding: [8, 26, 0, 0],
    scales: {
      x: { range: (_chart, min, max) => (spanSeconds === undefined ? [min, max] : [max - spanSeconds, max]) },
      y: { range: (_chart, _min, max) => [0, axisTop(max)] },
    },
    axes: [
      { ...axis, space: 90, values: (_chart, times) => times.map((time) => clock.format(time * 1000)), size: 28 },
      { ...axis, size: 36, space: 28, values: (_chart, scores) => scores.map((score) => score.toFixed(1)) },
    ],
    series: [{}, { stroke: color('accent'), width: 1.5, fill: color('accent-wash'), points: { show: false } }],
    hooks: {
      drawClear: [(chart) => drawMarks(chart, marks(), { spot: color('alarm'), wash: color('alarm-wash') })],
    },
  };
};
