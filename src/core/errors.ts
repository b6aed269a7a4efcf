/** What went wrong, for people. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Base of the errors Nightjar throws on purpose: `code` comes from a closed set per class, `cause` keeps the first error. */
class NightjarError<Code extends string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A pipeline file or command-line option that cannot be used. */
export class ConfigError extends NightjarError<'unreadable' | 'syntax' | 'invalid'> {}

/** Why a camera gave no (more) frames; the closed set that users, logs and metrics see. */
export type CameraFailure =
  | 'refused'
  | 'unauthorized'
  | 'not-found'
  | 'dns'
  | 'timeout'
  | 'stalled'
  | 'ended'
  | 'codec'
  | 'crashed'
  | 'no-ffmpeg';

/** A camera that failed; its message never holds a password. */
export class CameraError extends NightjarError<CameraFailure> {}

/** Why a feed is not at the server it is published to; the closed set that users, logs and metrics see. */
export type PublishFailure = 'refused' | 'unauthorized' | 'not-found' | 'dns' | 'timeout' | 'stalled' | 'ended';

/** A server that does not take a feed (any more); its message never holds a password. */
export class PublishError extends NightjarError<PublishFailure> {}

/** Why a device that was found in the network names no streams; the closed set that users see. */
export type DeviceFailure = 'unauthorized' | 'timeout' | 'refused' | 'not-onvif';

/** A device that names no streams; its message never holds a password. */
export class DeviceError extends NightjarError<DeviceFailure> {}

/** An engine that cannot start, a session that cannot load, a run that failed. */
export class EngineError extends NightjarError<
  'unavailable' | 'load-failed' | 'run-failed' | 'overloaded' | 'worker-died' | 'closed'
> {}

/** A model folder or topology that cannot be used, or a model that is not good enough to be. */
export class ModelError extends NightjarError<'unreadable' | 'unsupported' | 'mismatch' | 'missing' | 'worse'> {}

/** The alert store, or another part of the storage folder, could not be opened, read or written. */
export class StoreError extends NightjarError<'unreadable' | 'write-failed' | 'in-use'> {}

/** A log-in that is refused, or a change of users and tokens that cannot be made. Its message never holds a password or token. */
export class AuthError extends NightjarError<
  | 'wrong-credentials'
  | 'too-many-attempts'
  | 'unknown-user'
  | 'user-exists'
  | 'last-admin'
  | 'unknown-token'
  | 'too-many-tokens'
  | 'no-user'
> {}

/** Footage, images or labels that cannot be learned from or evaluated, and files that cannot be read or written. */
export class DataError extends NightjarError<'empty' | 'too-few' | 'unreadable' | 'mismatch' | 'unwritable'> {}

/** Work that was told to stop before it had a result to keep: the reason of an AbortSignal. */
export class InterruptedError extends NightjarError<'interrupted'> {
  constructor() {
    super('interrupted', 'Interrupted before the work was done.');
  }
}
