import type { Alert } from '../wire.ts';

/** The film of an alert, or why there is none. */
export const AlertClip = ({ alert: { id, camera, hasClip, endAt } }: { alert: Alert }) => (
  <section class="clip" aria-labelledby="clip-title">
    <h2 id="clip-title">Clip</h2>
    {hasClip ? (
      // Cameras have no sound here; nobody is startled, and there is nothing to caption.
      <video
        src={`api/alerts/${encodeURIComponent(id)}/clip.mp4`}
        controls
        muted
        playsInline
        preload="metadata"
        aria-label={`Clip of ${camera}`}
        data-testid="clip"
      />
    ) : (
      <p class="muted">{endAt === null ? 'It is cut when the alert has ended.' : 'There is no clip of this alert.'}</p>
    )}
  </section>
);
