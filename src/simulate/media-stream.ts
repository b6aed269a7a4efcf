import type { ParameterSets } from '../video/avc.ts';
import type { AccessUnit } from './access-unit.ts';

/** Gives H.264 pictures in real time from the moment it is opened until it is closed. */
export interface MediaSource {
  readonly fps: number;
  open(sink: MediaSink): OpenMedia;
}

export interface MediaSink {
  readonly parameterSets: (sets: ParameterSets) => void;
  /** `presentMs` never goes back, across loops too. */
  readonly accessUnit: (unit: AccessUnit) => void;
  /** Nothing more will come; everybody who watches is let go. */
  readonly failed: (error: Error) => void;
}

interface OpenMedia {
  close(): void;
}

interface Viewer {
  /** False when the viewer is too slow to take this picture. */
  readonly send: (unit: AccessUnit) => boolean;
  readonly end: () => void;
}

/** One source and everybody who watches it. It is open while anybody asks about it or watches. */
export interface MediaStream {
  readonly viewerCount: number;
  /** Pictures that viewers were too slow for. */
  readonly dropped: number;
  /** Resolves when the source has said what it sends. Call `release` in the end, whatever happened. */
  describe(): { readonly parameterSets: Promise<ParameterSets>; readonly release: () => void };
  /** Pictures from the next key frame on. Call the returned function to leave. */
  watch(viewer: Viewer): () => void;
  close(): void;
}

/** `onSend` hears of each picture right before it is handed to the viewers, with its number since the source opened. */
export const createMediaStream = (source: MediaSource, onSend: (index: number) => void): MediaStream => {
  let users = 0;
  let open: { readonly media: OpenMedia; readonly sets: PromiseWithResolvers<ParameterSets> } | undefined;
  let index = 0;
  let dropped = 0;
  /** Whether each viewer has had a key frame and everything since. */
  const viewers = new Map<Viewer, boolean>();

  const close = (): void => {
    open?.media.close();
    open?.sets.reject(new Error('The stream was closed'));
    open = undefined;
  };
  const end = (): void => {
    for (const viewer of viewers.keys()) viewer.end();
    close();
  };
  const broadcast = (unit: AccessUnit): void => {
    onSend(index++);
    for (const [viewer, inStep] of viewers) {
      if (!inStep && !unit.keyFrame) continue;
      const sent = viewer.send(unit);
      if (!sent) dropped++;
      // A viewer who missed a picture cannot decode those that follow: wait for the next key frame.
      viewers.set(viewer, sent);
    }
  };
  const acquire = (): NonNullable<typeof open> => {
    users++;
    if (open !== undefined) return open;
    const sets = withResolvers<ParameterSets>();
    sets.promise.catch(() => undefined);
    index = 0;
    const media = source.open({
      parameterSets: sets.resolve,
      accessUnit: broadcast,
      failed: (error) => {
        sets.reject(error);
        end();
      },
    });
    open = { media, sets };
    return open;
  };
  const releaser = (): (() => void) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (--users === 0) close();
    };
  };

  return {
    get viewerCount() {
      return viewers.size;
    },
    get dropped() {
      return dropped;
    },
    describe: () => ({ parameterSets: acquire().sets.promise, release: releaser() }),
    watch: (viewer) => {
      acquire();
      viewers.set(viewer, false);
      const release = releaser();
      return () => {
        viewers.delete(viewer);
        release();
      };
    },
    close: end,
  };
};

/** Opens a source once, to see that it works; rejects with its error. */
export const checkSource = async (source: MediaSource): Promise<void> => {
  const { promise, resolve, reject } = withResolvers<ParameterSets>();
  const media = source.open({ parameterSets: resolve, accessUnit: () => undefined, failed: reject });
  await promise.finally(() => media.close());
};

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

/** Promise.withResolvers, which Node 20 does not have. */
const withResolvers = <T>(): PromiseWithResolvers<T> => {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
};
