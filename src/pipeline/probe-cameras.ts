import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { probePicture } from '../camera/probe.ts';
import { CameraError } from '../core/errors.ts';
import type { ProbeDeps } from '../server/routes/probe.ts';

/** Each probe is an ffmpeg that decodes beside those of the cameras that are watched. */
const maxProbes = 2;

interface Deps {
  readonly ffmpeg: Ffmpeg;
  /** Ends the probes that go on. */
  readonly signal: AbortSignal;
  readonly look?: typeof probePicture;
}

/** Looks at cameras that are not watched yet, two at a time: undefined for any more. */
export const probeCameras = ({ ffmpeg, signal, look = probePicture }: Deps): ProbeDeps['probe'] => {
  let running = 0;
  const probe = async (source: Parameters<ProbeDeps['probe']>[0]) => {
    running++;
    try {
      const { picture, ...stream } = await look(source, { ffmpeg, signal });
      return { ok: true, ...stream, picture: `data:image/jpeg;base64,${picture.toString('base64')}` } as const;
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      return { ok: false, cause: error.code, message: error.message } as const;
    } finally {
      running--;
    }
  };
  return (source) => (running < maxProbes ? probe(source) : undefined);
};
