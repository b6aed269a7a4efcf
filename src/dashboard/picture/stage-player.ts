import type { LiveHub } from '../state/live-hub.ts';
import type { VideoMessage } from '../wire.ts';
import {
  chooseTransport,
  hasMse,
  hasWebCodecs,
  type PictureTransport,
  type TransportChoice,
} from './choose-transport.ts';
import { jpegPainter } from './jpeg-painter.ts';
import { msePainter } from './mse-painter.ts';
import type { Painter } from './painter.ts';
import type { PictureFrame } from './picture-frame.ts';
import { PictureRate } from './picture-rate.ts';
import { Stall } from './stall.ts';
import { webCodecsPainter } from './webcodecs-painter.ts';

export type StageKind = VideoMessage['topic'];
export type Side = 'left' | 'right';
const sides = ['left', 'right'] as const;

/** H.264 of which nothing comes, or that comes without being shown, is given up for JPEG after so long. */
const patienceMs = 5000;

interface Painting {
  readonly transport: PictureTransport;
  readonly kind: StageKind;
  readonly painter: Painter;
  readonly stall: Stall;
}

const transportText: Readonly<Record<PictureTransport, string>> = {
  jpeg: 'JPEG',
  webcodecs: 'H.264 (WebCodecs)',
  mse: 'H.264 (Media Source)',
};

export interface Wishes {
  readonly kinds: Readonly<Record<Side, StageKind>>;
  readonly choice: TransportChoice;
}

/** Two pictures of one camera, by the transport that is best: what they are painted with, and how they come. */
export class StagePlayer {
  readonly #hub: LiveHub;
  readonly #camera: string;
  readonly #canvases: Readonly<Record<Side, HTMLCanvasElement>>;
  readonly #onHow: (text: string) => void;
  readonly #stops: (() => void)[];
  readonly #rate = new PictureRate();
  readonly #paintings = new Map<Side, Painting>();
  /** The last one of each kind: it does not come again for a second painter. */
  readonly #configs = new Map<StageKind, VideoMessage>();
  #wishes: Wishes | undefined;
  #unwant: (() => void) | undefined;
  #transport: PictureTransport = 'jpeg';
  #hasFailed = false;
  #isSlow = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false;
  /** When the transport was chosen, until its first picture comes. */
  #waitingSince: number | undefined;

  /** `onHow` is told in words how the pictures come. */
  constructor(
    hub: LiveHub,
    camera: string,
    canvases: Readonly<Record<Side, HTMLCanvasElement>>,
    onHow: (text: string) => void,
  ) {
    this.#hub = hub;
    this.#camera = camera;
    this.#canvases = canvases;
    this.#onHow = onHow;
    const timer = setInterval(() => this.#tellHow(), 1000);
    this.#stops = [
      () => clearInterval(timer),
      hub.feed(camera).onPicture((frame) => this.#show(frame)),
      hub.onVideo((message) => this.#configure(message)),
      hub.offersH264.subscribe(() => this.#choose()),
      hub.isSlow.subscribe(() => this.#choose()),
    ];
  }

  /** What is to be seen from now on. A transport that failed is tried again when it is chosen anew. */
  set(wishes: Wishes): void {
    if (wishes.choice !== this.#wishes?.choice) this.#hasFailed = false;
    this.#wishes = wishes;
    this.#restart(wishes);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#unwant?.();
    for (const { painter } of this.#paintings.values()) painter.close();
    this.#paintings.clear();
  }

  #show(frame: PictureFrame): void {
    const { left } = this.#wishes?.kinds ?? {};
    if ((frame.coding === 'whole') === (this.#transport === 'jpeg') && frame.kind !== 'heatmap')
      this.#waitingSince = undefined;
    if (frame.kind === left) this.#rate.add(performance.now(), frame.payload.length);
    for (const side of this.#sidesOf(frame.kind)) this.#paint(side, frame);
  }

  #paint(side: Side, frame: PictureFrame): void {
    const painting = this.#paintings.get(side);
    painting?.painter.show(frame);
    if (!painting || painting.transport === 'jpeg' || frame.coding === 'whole') return;
    const stalledMs = painting.stall.next(performance.now(), this.#canvases[side].dataset['sequence']);
    if (stalledMs > patienceMs) this.#fail();
  }

  #configure(message: VideoMessage): void {
    if (message.camera !== this.#camera) return;
    this.#configs.set(message.topic, message);
    for (const side of this.#sidesOf(message.topic)) this.#paintings.get(side)?.painter.configure(message);
  }

  #sidesOf(kind: PictureFrame['kind']): Side[] {
    return sides.filter((side) => this.#wishes?.kinds[side] === kind);
  }

  /** Once slow, it stays so for as long as this camera is shown by choice "auto": to and fro would be worse. */
  #choose(): void {
    this.#isSlow ||= this.#hub.isSlow.value;
    if (this.#wishes && this.#best(this.#wishes) !== this.#transport) this.#restart(this.#wishes);
  }

  #best({ choice }: Wishes): PictureTransport {
    if (this.#hasFailed) return 'jpeg';
    const isOffered = this.#hub.offersH264.value;
    return chooseTransport(choice, { isOffered, hasWebCodecs: hasWebCodecs(), hasMse: hasMse(), isSlow: this.#isSlow });
  }

  /** A new painter for each side that shows something else now. */
  #restart(wishes: Wishes): void {
    this.#rate.clear();
    this.#transport = this.#best(wishes);
    this.#waitingSince = performance.now();
    if (this.#transport === 'jpeg') this.#configs.clear();
    for (const side of sides) this.#renewPainter(side, wishes.kinds[side]);
    const before = this.#unwant;
    const kinds = [...new Set(sides.map((side) => wishes.kinds[side]))];
    this.#unwant = this.#hub.want(this.#camera, kinds, this.#transport === 'jpeg' ? 'jpeg' : 'h264');
    before?.();
    this.#tellHow();
  }

  #renewPainter(side: Side, kind: StageKind): void {
    const before = this.#paintings.get(side);
    if (before?.kind === kind && before.transport === this.#transport) return;
    before?.painter.close();
    const painter = this.#painter(this.#canvases[side]);
    this.#paintings.set(side, { kind, transport: this.#transport, painter, stall: new Stall() });
    const config = this.#configs.get(kind);
    if (config) painter.configure(config);
  }

  #fail(): void {
    this.#hasFailed = true;
    this.#choose();
  }

  #painter(canvas: HTMLCanvasElement): Painter {
    const fail = (): void => this.#fail();
    if (this.#transport === 'webcodecs') return webCodecsPainter(canvas, fail);
    return this.#transport === 'mse' ? msePainter(canvas, fail) : jpegPainter(canvas);
  }

  #tellHow(): void {
    const now = performance.now();
    if (this.#transport !== 'jpeg' && now - (this.#waitingSince ?? now) > patienceMs) return this.#fail();
    const { picturesPerSecond, bitsPerSecond } = this.#rate.at(now);
    const speed = `${picturesPerSecond.toFixed(1)} pictures/s, ${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s each`;
    this.#onHow(`${transportText[this.#transport]}, ${speed}`);
  }
}
