import { Observable } from 'rxjs';
import type { SchedulerLike, Subscriber } from 'rxjs';
import type { Frame } from '../core/frame.ts';
import { gateCommand } from './ffmpeg-command.ts';

/** Live frames that do not come are asked for so often: ffmpeg forgets when the stream changes its size. */
const askAgainMs = 1000;

/** Hands a camera's live frames to their one owner, and has ffmpeg make them only while there is one. */
export class LiveGate {
  /** A second subscriber at a time gets an error. */
  readonly frames$: Observable<Frame>;
  readonly #scheduler: Pick<SchedulerLike, 'now'>;
  #owner: Subscriber<Frame> | undefined;
  /** Writes to the ffmpeg that is connected. */
  #tell: ((command: string) => void) | undefined;
  /** When a live frame came, or was last asked for. */
  #cameAt = -Infinity;

  constructor(camera: string, scheduler: Pick<SchedulerLike, 'now'>) {
    this.#scheduler = scheduler;
    this.frames$ = new Observable((subscriber) => {
      if (this.#owner) return subscriber.error(new Error(`The live frames of camera ${camera} have an owner already`));
      this.#owner = subscriber;
      this.#set(true);
      return () => {
        this.#owner = undefined;
        this.#set(false);
      };
    });
  }

  /** To be called with the first frame of an ffmpeg, whose gate is shut: before it, it hears nothing. */
  connect(tell: (command: string) => void): void {
    this.#tell = tell;
    if (this.#owner) this.#set(true);
  }

  disconnect(): void {
    this.#tell = undefined;
  }

  /** To be called with every frame, of whatever kind. */
  check(): void {
    if (this.#owner && this.#scheduler.now() - this.#cameAt >= askAgainMs) this.#set(true);
  }

  /** A live frame came, or was dropped: it is the owner's, or released. */
  next(frame: Frame | undefined): void {
    this.#cameAt = this.#scheduler.now();
    if (this.#owner && frame) this.#owner.next(frame);
    else frame?.release();
  }

  #set(isOpen: boolean): void {
    this.#cameAt = this.#scheduler.now();
    this.#tell?.(gateCommand(isOpen));
  }
}
