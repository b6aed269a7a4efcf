import type { Topic, Transport } from '../../server/protocol.ts';
import { parsePictureFrame } from '../picture/picture-frame.ts';
import type { AlertChange, Message, VideoMessage } from '../wire.ts';
import { completeAlert } from '../wire.ts';
import { CameraFeed } from './camera-feed.ts';
import { Connection, type Subscription } from './connection.ts';
import { type CameraRates, ratesByCamera, summarize, type Summary } from './metrics-summary.ts';
import { Store } from './store.ts';

export interface LinkState {
  readonly state: 'connecting' | 'open' | 'closed';
  /** When it was lost or first tried, by Date.now(). */
  readonly since: number;
  /** Whether it was ever open. */
  readonly wasOpen: boolean;
}

const always = (['status', 'prediction', 'alert', 'metrics'] as const).map((topic): Subscription => ({
  topic,
  camera: '*',
  transport: 'jpeg',
}));

/** What comes over the WebSocket, handed to whoever shows it; pictures are asked for only while somebody does. */
export class LiveHub {
  readonly link = new Store<LinkState>({ state: 'connecting', since: Date.now(), wasOpen: false });
  /** The ids; undefined until the server has said them. */
  readonly cameras = new Store<readonly string[] | undefined>(undefined);
  readonly summary = new Store<Summary | undefined>(undefined);
  /** Of each camera, over the last seconds. */
  readonly rates = new Store<ReadonlyMap<string, CameraRates>>(new Map());
  /** Why the last change of the pipeline file was refused. */
  readonly problems = new Store<readonly string[]>([]);
  readonly offersH264 = new Store(false);
  /** This link cannot take every picture. */
  readonly isSlow = new Store(false);
  /** Pictures this page lost because its link was slow. */
  readonly lostPictures = new Store(0);
  readonly #connection: Connection;
  readonly #feeds = new Map<string, CameraFeed>();
  /** The server's names by index; '' is a camera that was removed. */
  #names: readonly string[] = [];
  readonly #wanted = new Set<readonly Subscription[]>();
  readonly #alertListeners = new Set<(change: AlertChange) => void>();
  readonly #videoListeners = new Set<(message: VideoMessage) => void>();
  #metrics: { readonly text: string; readonly at: number } | undefined;
  #isChanging = false;

  constructor(url: string) {
    this.#connection = new Connection(url, {
      onMessage: (message) => this.#take(message),
      onPicture: (bytes) => {
        const frame = parsePictureFrame(bytes);
        const id = this.#names[frame?.camera ?? -1] ?? '';
        if (frame && id !== '') this.feed(id).show(frame, performance.now());
      },
      onState: (state) => this.#setState(state),
    });
    document.addEventListener('visibilitychange', () => this.#subscribe());
    this.#subscribe();
  }

  /** Connects, or tries again now. */
  open(): void {
    this.#connection.open();
  }

  close(): void {
    this.#connection.close();
  }

  feed(id: string): CameraFeed {
    const found = this.#feeds.get(id) ?? new CameraFeed(id);
    this.#feeds.set(id, found);
    return found;
  }

  /** Asks for pictures of a camera. Returns the function that ends it. */
  want(camera: string, topics: readonly Topic[], transport: Transport = 'jpeg'): () => void {
    const subscriptions = topics.map((topic) => ({ topic, camera, transport }));
    this.#wanted.add(subscriptions);
    this.#subscribeSoon();
    return () => {
      this.#wanted.delete(subscriptions);
      this.#subscribeSoon();
    };
  }

  onAlert(listener: (change: AlertChange) => void): () => void {
    this.#alertListeners.add(listener);
    return () => void this.#alertListeners.delete(listener);
  }

  onVideo(listener: (message: VideoMessage) => void): () => void {
    this.#videoListeners.add(listener);
    return () => void this.#videoListeners.delete(listener);
  }

  #setState(state: LinkState['state']): void {
    const before = this.link.value;
    this.#metrics = undefined;
    const isLoss = state === 'closed' && before.state === 'open';
    this.link.set({
      state,
      since: state === 'open' || isLoss ? Date.now() : before.since,
      wasOpen: before.wasOpen || state === 'open',
    });
  }

  /** One view goes, another comes: what both want is not asked for anew. */
  #subscribeSoon(): void {
    if (this.#isChanging) return;
    this.#isChanging = true;
    setTimeout(() => {
      this.#isChanging = false;
      this.#subscribe();
    });
  }

  #subscribe(): void {
    const pictures = document.hidden ? [] : [...this.#wanted].flat();
    this.#connection.subscribeTo([...always, ...pictures]);
  }

  #take(message: Message): void {
    switch (message.type) {
      case 'hello':
        this.#names = message.cameras;
        this.offersH264.set(message.transports.includes('h264'));
        this.#forgetFeeds();
        return this.cameras.set(message.cameras.filter((id) => id !== ''));
      case 'status':
        return this.feed(message.status.id).status.set(message.status);
      case 'prediction':
        return this.feed(message.camera).predict(message);
      case 'video':
        return this.#videoListeners.forEach((listener) => listener(message));
      case 'link':
        return this.isSlow.set(message.level > 0);
      case 'alert': {
        const change = { event: message.event, alert: completeAlert(message.alert) };
        return this.#alertListeners.forEach((listener) => listener(change));
      }
      case 'metrics':
        return this.#sumUp(message.text);
      case 'pipeline':
        return this.problems.set(message.problems);
      case 'dropped':
        return this.lostPictures.set(this.lostPictures.value + message.pictures);
      case 'pong':
      case 'error':
        return undefined;
    }
  }

  /** Another server may answer after a reconnect, and cameras are removed. */
  #forgetFeeds(): void {
    for (const id of this.#feeds.keys()) if (!this.#names.includes(id)) this.#feeds.delete(id);
  }

  #sumUp(text: string): void {
    const at = performance.now();
    if (this.#metrics) {
      const seconds = (at - this.#metrics.at) / 1000;
      this.summary.set(summarize(this.#metrics.text, text, seconds));
      this.rates.set(ratesByCamera(this.#metrics.text, text, seconds));
    }
    this.#metrics = { text, at };
  }
}
