import { filter, firstValueFrom, map, of, timeout } from 'rxjs';
import type { Observable } from 'rxjs';

import type { Demand } from '../core/demand.ts';
import { JpegEncoder } from '../core/jpeg.ts';
import type { LivePicture } from '../core/prediction.ts';

interface Deps {
  readonly pictures$: Observable<LivePicture>;
  readonly demand: Pick<Demand, 'want'>;
  /** JPEG's, 1..100. */
  readonly jpegQuality: number;
  /** A camera that gives nothing for so long is down. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 5000;

/** Single live pictures of cameras that nobody need be watching. */
export class NewestPicture {
  readonly #deps: Deps;
  readonly #jpeg: JpegEncoder;
  readonly #waiting = new Map<string, Promise<Buffer | undefined>>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#jpeg = new JpegEncoder(deps.jpegQuality);
  }

  /** The next raw picture of a camera as JPEG, one for all who wait for it; undefined when none comes. */
  async take(camera: string): Promise<Buffer | undefined> {
    let waiting = this.#waiting.get(camera);
    if (!waiting) {
      waiting = this.#next(camera).finally(() => this.#waiting.delete(camera));
      this.#waiting.set(camera, waiting);
    }
    return waiting;
  }

  async #next(camera: string): Promise<Buffer | undefined> {
    const { pictures$, demand, timeoutMs = defaultTimeoutMs } = this.#deps;
    const picture = firstValueFrom(
      pictures$.pipe(
        filter(({ frame }) => frame.camera === camera),
        // Within the call: the pixels are gone after it.
        map(({ frame }) => Buffer.from(this.#jpeg.encode(frame))),
        timeout({ first: timeoutMs, with: () => of(undefined) }),
      ),
      { defaultValue: undefined },
    );
    const release = demand.want(camera, 'raw');
    return picture.finally(release);
  }
}
