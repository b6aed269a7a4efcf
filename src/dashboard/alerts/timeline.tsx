import { useRef, useState } from 'preact/hooks';

import { severities, type Timeline as TimelineData } from '../wire.ts';
import { type Bucket, bucketsOf, countText, lanesOf, spanText, ticksOf, tickText } from './timeline-shape.ts';

const [barsHeight, laneHeight] = [72, 8];
const mostLanes = 8;

interface TimelineProps {
  readonly data: TimelineData;
  readonly onNarrow: (from: number, to: number) => void;
}

/** How many alerts there were when, by severity, and at which cameras. Drawn over or chosen by keys it narrows the time. */
export const Timeline = ({ data, onNarrow }: TimelineProps) => {
  const buckets = bucketsOf(data);
  const lanes = lanesOf(data, mostLanes);
  const place = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const [anchor, setAnchor] = useState<number | undefined>(undefined);
  const { from, to } = data;
  const highest = Math.max(4, ...buckets.map(({ total }) => total));
  const last = buckets.length - 1;
  const isNarrow = matchMedia('(width < 48rem)').matches;
  const at = cursor === undefined ? undefined : buckets[Math.min(cursor, last)];

  const bucketAt = (clientX: number): number => {
    const { left = 0, width = 1 } = place.current?.getBoundingClientRect() ?? {};
    return Math.min(last, Math.max(0, Math.floor(((clientX - left) / width) * buckets.length)));
  };
  const narrow = (one: number, other: number): void => {
    const [first, second] = [buckets[Math.min(one, other)], buckets[Math.max(one, other)]];
    setAnchor(undefined);
    if (first && second) onNarrow(first.from, second.to);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = ({ ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -last, End: last } as Record<string, number>)[event.key]; // prettier-ignore
    if (step !== undefined) {
      if (event.shiftKey) setAnchor(anchor ?? cursor ?? last);
      else setAnchor(undefined);
      setCursor(Math.min(last, Math.max(0, (cursor ?? last + 1) + step)));
    } else if (event.key === 'Enter' && cursor !== undefined) narrow(anchor ?? cursor, cursor);
    else if (event.key === 'Escape') setAnchor(undefined);
    else return;
    event.preventDefault();
  };

  const total = buckets.reduce((sum, bucket) => sum + bucket.total, 0);
  const [low, high] = anchor === undefined || cursor === undefined ? [cursor, cursor] : [Math.min(anchor, cursor), Math.max(anchor, cursor)]; // prettier-ignore
  return (
    <figure class="timeline" data-testid="timeline">
      <div
        class="timeline-plot"
        ref={place}
        tabIndex={0}
        role="slider"
        aria-label="Alerts over time. Arrow keys move, shift and arrow keys select, Enter narrows the time."
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={cursor ?? last}
        aria-valuetext={at ? `${spanText(at.from, at.to)}: ${countText(at.counts)}` : `${total} alerts`}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setAnchor(bucketAt(event.clientX));
          setCursor(bucketAt(event.clientX));
        }}
        onPointerMove={(event) => setCursor(bucketAt(event.clientX))}
        onPointerUp={(event) => anchor !== undefined && narrow(anchor, bucketAt(event.clientX))}
        onPointerCancel={() => setAnchor(undefined)}
        onPointerLeave={() => anchor === undefined && setCursor(undefined)}
        onBlur={() => setCursor(undefined)}
      >
        <svg
          viewBox={`0 0 ${buckets.length} ${barsHeight}`}
          preserveAspectRatio="none"
          height={barsHeight}
          aria-hidden="true"
        >
          {low !== undefined && high !== undefined && (
            <rect class="cursor" x={low} y="0" width={high - low + 1} height={barsHeight} />
          )}
          {buckets.map((bucket, index) => (
            <Bar key={index} bucket={bucket} x={index} unit={barsHeight / highest} />
          ))}
        </svg>
        {lanes.map(({ camera, worst }) => (
          <div class="lane" key={camera}>
            <span>{camera}</span>
            <svg viewBox={`0 0 ${buckets.length} 1`} preserveAspectRatio="none" height={laneHeight} aria-hidden="true">
              {worst.map(
                (severity, index) => severity && <rect key={index} class={severity} x={index} width="1" height="1" />,
              )}
            </svg>
          </div>
        ))}
        <div class="ticks number" aria-hidden="true">
          {ticksOf(from, to, isNarrow ? 3 : 7).map((tick) => (
            <span key={tick} style={{ left: `${(100 * (tick - from)) / (to - from)}%` }}>
              {tickText(tick)}
            </span>
          ))}
        </div>
      </div>
      <figcaption class="number">
        {at
          ? `${spanText(at.from, at.to)}: ${countText(at.counts)}`
          : `${total} ${total === 1 ? 'alert' : 'alerts'}, ${spanText(from, to)}`}
      </figcaption>
    </figure>
  );
};

/** A bucket's alerts, the worst on top. */
const Bar = ({ bucket, x, unit }: { bucket: Bucket; x: number; unit: number }) => {
  let top = barsHeight;
  return (
    <>
      {severities.map((severity) => {
        const height = bucket.counts[severity] * unit;
        top -= height;
        return height > 0 && <rect key={severity} class={severity} x={x + 0.08} y={top} width="0.84" height={height} />;
      })}
    </>
  );
};
