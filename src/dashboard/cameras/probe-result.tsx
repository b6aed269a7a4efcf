import type { Probe } from '../wire.ts';
import { adviceOf } from './camera-text.ts';

/** What a camera answered: its picture, or the named cause and what can be done. */
export const ProbeResult = ({ probe }: { probe: Probe }) =>
  probe.ok ? (
    <figure class="probe" data-testid="probe">
      <img src={probe.picture} alt="What the camera sees now" />
      <figcaption>
        <strong>It works.</strong>{' '}
        <span class="number">
          {probe.codec}, {probe.width}×{probe.height}
        </span>
      </figcaption>
    </figure>
  ) : (
    <div class="notice failure" role="alert" data-testid="probe">
      <p>
        <strong>{probe.cause}</strong> {probe.message}
      </p>
      {adviceOf(probe.cause) && <p>{adviceOf(probe.cause)}</p>}
    </div>
  );
