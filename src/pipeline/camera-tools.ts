import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { InterruptedError } from '../core/errors.ts';
import { Discovery } from '../discover/discovery.ts';
import type { DiscoveryDeps } from '../server/routes/discovery.ts';
import type { ProbeDeps } from '../server/routes/probe.ts';
import type { Cleanups } from './cleanups.ts';
import { probeCameras } from './probe-cameras.ts';

interface ToolDeps {
  readonly ffmpeg: Ffmpeg;
  readonly cleanups: Pick<Cleanups, 'add'>;
}

/** What the page does with cameras beside watching them. */
export const cameraTools = ({ ffmpeg, cleanups }: ToolDeps): DiscoveryDeps & ProbeDeps => {
  const closing = new AbortController();
  cleanups.add(() => closing.abort(new InterruptedError()));
  return { discovery: new Discovery(), probe: probeCameras({ ffmpeg, signal: closing.signal }) };
};
