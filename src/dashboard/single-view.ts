import type { CameraStatus, PredictionMessage, VideoMessage } from '../server/protocol.ts';
import {
  chooseTransport,
  hasMse,
  hasWebCodecs,
  type PictureTransport,
  type TransportChoice,
} from './choose-transport.ts';
import type { Subscription } from './connection.ts';
import { makeDivider } from './divider.ts';
import { jpegPainter } from './jpeg-painter.ts';
import { msePainter } from './mse-painter.ts';
import type { Painter } from './painter.ts';
import { part } from './part.ts';
import type { PictureFrame } from './picture-frame.ts';
import { PictureRate } from './picture-rate.ts';
import { webCodecsPainter } from './webcodecs-painter.ts';

type Kind = VideoMessage['topic'];
/** H.264 that shows nothing for this long is given up for JPEG. */
const patienceMs = 5000;

type Side = 'left' | 'right';

const sides = ['left', 'right'] as const;
const kindText: Readonly<Record<Kind, string>> = {
  raw: 'Camera',
  denoised: 'Denoised',
  colorized: 'Synthetic colours',
};
const transportText: Readonly<Record<PictureTransport, string>> = {
  jpeg: 'JPEG',
  webcodecs: 'H.264 (WebCodecs)',
  mse: 'H.264 (Media Source)',
};

/** One camera alone: two of its pictures under one divider, and how they travel. */
export class SingleView {
  readonly #dialog: HTMLDialogElement;
  readonly #onChange: () => void;
  readonly #selects: Readonly<Record<Side, HTMLSelectElement>>;
  readonly #choice: HTMLSelectElement;
  readonly #describe: () => void;
  readonly #statuses = new Map<string, CameraStatus>();
  readonly #rate = new PictureRate();
  #camera: string | undefined;
  #isColorized = false;
  #isOffered = false;
  #isSlow = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false;
  #hasFailed = false;
  /** When the transport was chosen, until its first picture comes. */
  #waitingSince: number | undefined;
  #transport: PictureTransport = 'jpeg';
  readonly #painters = new Map<
    Side,
    { readonly transport: PictureTransport; readonly kind: Kind; readonly painter: Painter }
  >();
  /** The last one of each kind: it does not come again for a second painter. */
  readonly #configs = new Map<Kind, VideoMessage>();

  /** `onChange` is called whenever `wanted` or `camera` may have changed. */
  constructor(dialog: HTMLDialogElement, onChange: () => void) {
    this.#dialog = dialog;
    this.#onChange = onChange;
    this.#selects = { left: select(dialog, 'left'), right: select(dialog, 'right') };
    this.#choice = select(dialog, 'transport');
    const setDivider = makeDivider(
      part(dialog, 'stage'),
      part(dialog, 'divider'),
      (percent) =>
        `${percent} %: ${kindText[this.#kind('left')]} on the left, ${kindText[this.#kind('right')]} on the right`,
    );
    this.#describe = () => setDivider(Number(part(dialog, 'divider').getAttribute('aria-valuenow')));
    for (const side of sides) {
      for (const [kind, name] of Object.entries(kindText)) this.#selects[side].add(new Option(name, kind));
      this.#selects[side].addEventListener('change', () => this.#restart());
    }
    this.#choice.addEventListener('change', () => {
      this.#hasFailed = false;
      this.#restart();
    });
    dialog.addEventListener('close', () => {
      this.#camera = undefined;
      this.#restart();
    });
    setInterval(() => this.#tellHow(), 1000);
  }

  /** The camera that is shown; undefined while the view is closed. */
  get camera(): string | undefined {
    return this.#camera;
  }

  open(camera: string): void {
    this.#camera = camera;
    this.#isColorized = false;
    this.#hasFailed = false;
    part(this.#dialog, 'name').textContent = camera;
    this.#offerKinds();
    this.#selects.left.value = 'raw';
    this.#selects.right.value = this.#has('denoised') ? 'denoised' : 'raw';
    this.#restart();
    this.#dialog.showModal();
    part(this.#dialog, 'divider').focus();
  }

  wanted(): Subscription[] {
    const camera = this.#camera;
    if (camera === undefined) return [];
    const transport = this.#transport === 'jpeg' ? 'jpeg' : 'h264';
    return [...new Set(sides.map((side) => this.#kind(side)))].map((topic) => ({ topic, camera, transport }));
  }

  setOffered(isOffered: boolean): void {
    this.#isOffered = isOffered;
    this.#choose();
  }

  /** Once slow, it stays so for as long as this camera is shown by choice "auto": to and fro would be worse. */
  setSlow(isSlow: boolean): void {
    this.#isSlow ||= isSlow;
    this.#choose();
  }

  setStatus(status: CameraStatus): void {
    this.#statuses.set(status.id, status);
    if (status.id === this.#camera) this.#offerKinds();
  }

  addPrediction({ camera, colorized = false }: PredictionMessage): void {
    if (camera !== this.#camera || colorized === this.#isColorized) return;
    this.#isColorized = colorized;
    this.#offerKinds();
  }

  configure(message: VideoMessage): void {
    if (message.camera !== this.#camera) return;
    this.#configs.set(message.topic, message);
    for (const side of this.#sidesOf(message.topic)) this.#painters.get(side)?.painter.configure(message);
  }

  show(frame: PictureFrame): void {
    this.#dialog.classList.add('seen');
    if ((frame.coding === 'whole') === (this.#transport === 'jpeg')) this.#waitingSince = undefined;
    if (frame.kind === this.#kind('left')) this.#rate.add(performance.now(), frame.payload.length);
    for (const side of this.#sidesOf(frame.kind)) this.#painters.get(side)?.painter.show(frame);
  }

  #kind(side: Side): Kind {
    return (this.#selects[side].value || 'raw') as Kind;
  }

  #sidesOf(kind: PictureFrame['kind']): Side[] {
    return sides.filter((side) => this.#kind(side) === kind);
  }

  #has(kind: Kind): boolean {
    if (kind === 'colorized') return this.#isColorized;
    return kind === 'raw' || (this.#statuses.get(this.#camera ?? '')?.working.includes('denoise') ?? false);
  }

  #offerKinds(): void {
    const status = this.#statuses.get(this.#camera ?? '');
    if (status)
      part(this.#dialog, 'stage').style.setProperty('--aspect', `${status.live.width} / ${status.live.height}`);
    for (const side of sides)
      for (const option of this.#selects[side].options) option.disabled = !this.#has(option.value as Kind);
  }

  /** Changes the transport if another one is better now. */
  #choose(): void {
    if (this.#camera !== undefined && this.#best() !== this.#transport) this.#restart();
  }

  #best(): PictureTransport {
    if (this.#hasFailed) return 'jpeg';
    const means = { isOffered: this.#isOffered, hasWebCodecs: hasWebCodecs(), hasMse: hasMse(), isSlow: this.#isSlow };
    return chooseTransport(this.#choice.value as TransportChoice, means);
  }

  /** A new painter for each side that shows something else now; none while the view is closed. */
  #restart(): void {
    this.#rate.clear();
    this.#transport = this.#best();
    this.#waitingSince = performance.now();
    if (this.#camera === undefined || this.#transport === 'jpeg') this.#configs.clear();
    for (const side of sides) {
      const canvas = part(this.#dialog, `${side}-picture`) as HTMLCanvasElement;
      canvas.setAttribute('aria-label', kindText[this.#kind(side)]);
      part(this.#dialog, `${side}-badge`).textContent = kindText[this.#kind(side)];
      this.#renewPainter(side, canvas);
    }
    this.#describe();
    this.#onChange();
    this.#tellHow();
  }

  #renewPainter(side: Side, canvas: HTMLCanvasElement): void {
    const [kind, transport, before] = [this.#kind(side), this.#transport, this.#painters.get(side)];
    if (this.#camera !== undefined && before?.kind === kind && before.transport === transport) return;
    before?.painter.close();
    this.#painters.delete(side);
    if (this.#camera === undefined) return;
    const painter = this.#painter(canvas);
    this.#painters.set(side, { kind, transport, painter });
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
    if (this.#camera === undefined) return;
    const now = performance.now();
    if (this.#transport !== 'jpeg' && now - (this.#waitingSince ?? now) > patienceMs) return this.#fail();
    const { picturesPerSecond, bitsPerSecond } = this.#rate.at(now);
    const speed = `${picturesPerSecond.toFixed(1)} pictures/s, ${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s each`;
    part(this.#dialog, 'how').textContent = `${transportText[this.#transport]}, ${speed}`;
  }
}

const select = (dialog: HTMLElement, name: string): HTMLSelectElement => part(dialog, name) as HTMLSelectElement;
