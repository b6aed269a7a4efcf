import type { Alert, MetricsMessage, ServerMessage } from '../server/protocol.ts';
import { AlertsList } from './alerts-list.ts';
import { CameraCard } from './camera-card.ts';
import { Connection, type Subscription } from './connection.ts';
import { summarize } from './metrics-summary.ts';
import { part } from './part.ts';
import { parsePictureFrame } from './picture-frame.ts';
import { SingleView } from './single-view.ts';

const connectionText = { connecting: 'Connecting', open: 'Connected', closed: 'Connection lost, retrying' } as const;

let cameras: readonly string[] = [];
const cards = new Map<string, CameraCard>();
const onScreen = new Set<string>();

const alerts = new AlertsList(part(document, 'alerts'), part(document, 'viewer') as HTMLDialogElement, (ongoing) => {
  const alarmed = new Set(ongoing.map(({ camera }) => camera));
  for (const [id, card] of cards) card.setAlarmed(alarmed.has(id));
  const link = part(document, 'ongoing');
  link.hidden = ongoing.length === 0;
  link.textContent = ongoing.length === 1 ? '1 alert ongoing' : `${ongoing.length} alerts ongoing`;
});

const loadAlerts = async (): Promise<void> => {
  const response = await fetch('api/alerts?limit=50');
  if (response.ok) alerts.put((await response.json()) as Alert[]);
};

let lastMetrics: { text: string; at: number } | undefined;
const showMetrics = ({ text }: MetricsMessage): void => {
  const at = performance.now();
  if (lastMetrics) {
    const summary = summarize(lastMetrics.text, text, (at - lastMetrics.at) / 1000);
    const { framesPerSecond, droppedPerSecond, latencyP95Ms, viewers } = summary;
    part(document, 'frames').textContent = framesPerSecond.toFixed(1);
    part(document, 'dropped').textContent = droppedPerSecond.toFixed(1);
    part(document, 'p95').textContent = latencyP95Ms === undefined ? '–' : `${Math.round(latencyP95Ms)} ms`;
    part(document, 'viewers').textContent = String(viewers);
  }
  lastMetrics = { text, at };
};

const onMessage = (message: ServerMessage): void => {
  switch (message.type) {
    case 'hello':
      single.setOffered(message.transports.includes('h264'));
      return setCameras(message.cameras);
    case 'status':
      single.setStatus(message.status);
      return cards.get(message.status.id)?.setStatus(message.status);
    case 'prediction':
      single.addPrediction(message);
      return cards.get(message.camera)?.addPrediction(message);
    case 'video':
      return single.configure(message);
    case 'link':
      return single.setSlow(message.level > 0);
    case 'alert':
      return alerts.put([message.alert]);
    case 'metrics':
      return showMetrics(message);
    case 'dropped':
    case 'pong':
    case 'error':
      return undefined;
  }
};

const protocol = location.protocol === 'https:' ? 'wss' : 'ws';
const connection = new Connection(`${protocol}://${location.host}/ws`, {
  onMessage,
  onState: (state) => {
    document.body.dataset['connection'] = state;
    part(document, 'connection').textContent = connectionText[state];
    lastMetrics = undefined;
    // Alerts that came while nobody was connected; when this fails, the connection is about to fail too.
    if (state === 'open') loadAlerts().catch(() => {});
  },
  onPicture: (bytes) => {
    const frame = parsePictureFrame(bytes);
    const camera = cameras[frame?.camera ?? -1] ?? '';
    if (!frame) return;
    if (single.camera === camera) single.show(frame);
    else cards.get(camera)?.showPicture(frame);
  },
});

const always = (['status', 'prediction', 'alert', 'metrics'] as const).map((topic): Subscription => ({
  topic,
  camera: '*',
  transport: 'jpeg',
}));
const cardTopics = ['raw', 'denoised', 'heatmap', 'colorized'] as const;

/** Pictures are asked for only while somebody can see them. */
const subscribe = (): void => {
  const ofCards = (): Subscription[] =>
    [...onScreen].flatMap((camera) => cardTopics.map((topic) => ({ topic, camera, transport: 'jpeg' as const })));
  const pictures = single.camera === undefined ? ofCards() : single.wanted();
  connection.subscribeTo([...always, ...(document.hidden ? [] : pictures)]);
};

const single = new SingleView(part(document, 'single') as HTMLDialogElement, subscribe);

const screen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const camera = (target as HTMLElement).dataset['camera'] ?? '';
    if (isIntersecting) onScreen.add(camera);
    else onScreen.delete(camera);
  }
  subscribe();
});
document.addEventListener('visibilitychange', subscribe);

/** The cameras of a server never change, but another server may answer after a reconnect. */
const setCameras = (ids: readonly string[]): void => {
  cameras = ids;
  for (const [id, card] of cards) {
    if (ids.includes(id)) continue;
    screen.unobserve(card.element);
    card.element.remove();
    cards.delete(id);
    onScreen.delete(id);
  }
  for (const id of ids) {
    if (cards.has(id)) continue;
    const card = new CameraCard(id, () => single.open(id));
    cards.set(id, card);
    part(document, 'cameras').append(card.element);
    screen.observe(card.element);
  }
};

subscribe();
connection.open();
