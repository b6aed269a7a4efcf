import { messageOf } from '../core/errors.ts';
import { supervise } from '../stream/supervise.ts';
import type { Backoff } from '../stream/supervise.ts';
import type { Subscription } from 'rxjs';

import type { Alert, AlertEvent, CameraStatus } from '../core/status.ts';
import { linksOf } from './alert-text.ts';
import type { AlertPictures, Attempt, Channel } from './channel.ts';
import { availabilityTopic, cameraTopics, discoveryPayload, discoveryTopic } from './home-assistant.ts';
import type { DiscoveryOptions } from './home-assistant.ts';
import { addressOf, connectBroker } from './mqtt-connection.ts';
import type { BrokerOptions, MqttLink } from './mqtt-connection.ts';
import type { Notification } from './outbox.ts';
import { RetainedTopics } from './retained-topics.ts';
import type { TopicMemory } from './retained-topics.ts';

export interface MqttOptions extends BrokerOptions {
  /** The base of all topics. */
  readonly topic: string;
  /** Whether cameras are announced to Home Assistant. */
  readonly discovery: boolean;
  readonly discoveryPrefix: string;
  readonly clientId: string;
  readonly publicUrl?: string | undefined;
  /** Of Nightjar. */
  readonly appVersion: string;
  /** Only these cameras have topics. */
  readonly cameras?: readonly string[] | undefined;
}

export interface MqttDeps extends AlertPictures {
  readonly memory: TopicMemory;
  readonly onUp: () => void;
  /** Told of each connection that failed, and of what a broker refuses. */
  readonly onDown: (message: string) => void;
  readonly onProblem: (message: string) => void;
  readonly connect?: typeof connectBroker;
  readonly backoff?: Backoff;
  readonly now?: () => number;
}

const reconnect: Backoff = { initialMs: 1000, maxMs: 30_000, resetAfterMs: 10_000 };
const publishTimeoutMs = 15_000;
/** Between two scores of a camera. */
const scoreIntervalMs = 1000;
/** A picture that was in the way so often is left out. */
const pictureAttempts = 3;
const goodbyeMs = 1000;

/** An MQTT broker: the state of every camera as retained topics, announced to Home Assistant, and each alert as a message. */
export class Mqtt implements Channel {
  readonly kind = 'mqtt';
  readonly address: string;
  readonly maxAttempts = Infinity;
  /** With the retained topics no more than 10 unconfirmed: a broker may refuse more (MQTT 5, Receive Maximum). */
  readonly concurrency = 5;
  readonly #options: MqttOptions;
  readonly #deps: MqttDeps;
  readonly #discovery: DiscoveryOptions;
  readonly #retained: RetainedTopics;
  readonly #cameras = new Map<string, CameraStatus>();
  /** The alerts that are open, by camera. */
  readonly #open = new Map<string, Set<string>>();
  readonly #scoredAt = new Map<string, number>();
  #connection: Subscription | undefined;
  #link: MqttLink | undefined;
  #isClosing = false;

  constructor(options: MqttOptions, deps: MqttDeps) {
    const { url, topic, discoveryPrefix, publicUrl, appVersion } = options;
    this.#options = options;
    this.#deps = deps;
    this.address = addressOf(url);
    this.#discovery = { base: topic, prefix: discoveryPrefix, publicUrl, version: appVersion };
    this.#retained = new RetainedTopics(deps.memory, deps.onProblem);
  }

  get isReady(): boolean {
    return this.#link !== undefined;
  }

  /** Connects, and again whenever the connection is lost. The cameras are to be told before. */
  start(): void {
    const { url, username, password, version, clientId, topic } = this.#options;
    const will = { topic: availabilityTopic(topic), payload: 'offline' };
    const { connect = connectBroker, backoff = reconnect, onDown } = this.#deps;
    this.#connection = supervise(() => connect({ url, username, password, version, clientId, will }), {
      backoff,
      onFailure: (error) => {
        if (this.#isClosing) return;
        this.#link = undefined;
        this.#retained.attach(undefined);
        onDown(messageOf(error));
      },
    }).subscribe((link) => this.#onConnected(link));
  }

  /** Takes the present state of all cameras; those that are gone are taken back from Home Assistant. */
  setCameras(cameras: readonly CameraStatus[]): void {
    const { topic, discovery, cameras: only } = this.#options;
    const shown = cameras.filter(({ id }) => only?.includes(id) ?? true);
    const ids = new Set(shown.map(({ id }) => id));
    for (const id of this.#cameras.keys()) if (!ids.has(id)) this.#forget(id);
    for (const camera of shown) {
      const { id, state } = camera;
      this.#cameras.set(id, camera);
      if (discovery)
        this.#retained.set(
          discoveryTopic(this.#discovery, id),
          JSON.stringify(discoveryPayload(this.#discovery, camera)),
        );
      const topics = cameraTopics(topic, id);
      this.#retained.keep(topics.snapshot);
      this.#retained.keep(topics.score);
      this.#retained.set(topics.connectivity, state === 'live' || state === 'learning' ? 'ON' : 'OFF');
      this.#retained.set(topics.alert, this.#open.has(id) ? 'ON' : 'OFF');
    }
  }

  /** The newest score of a camera; published once a second, when it differs. */
  setScore(camera: string, score: number): void {
    if (!this.#cameras.has(camera)) return;
    const now = (this.#deps.now ?? Date.now)();
    if (now - (this.#scoredAt.get(camera) ?? -Infinity) < scoreIntervalMs) return;
    this.#scoredAt.set(camera, now);
    this.#retained.set(cameraTopics(this.#options.topic, camera).score, score.toFixed(3), true);
  }

  /** Keeps the entity that is on while an alert is open. */
  setAlert(event: AlertEvent['event'], { id, camera, endAt }: Alert): void {
    const open = this.#open.get(camera) ?? new Set();
    if (event === 'deleted' || endAt !== null) open.delete(id);
    else open.add(id);
    if (open.size > 0) this.#open.set(camera, open);
    else this.#open.delete(camera);
    if (this.#cameras.has(camera))
      this.#retained.set(cameraTopics(this.#options.topic, camera).alert, open.size > 0 ? 'ON' : 'OFF');
  }

  async deliver({ id, event, alert, attempts }: Notification, signal: AbortSignal): Promise<Attempt> {
    const topics = cameraTopics(this.#options.topic, alert.camera);
    const links = linksOf(alert, this.#options.publicUrl);
    const isShown = this.#cameras.has(alert.camera) && attempts < pictureAttempts;
    const picture = this.#link && isShown ? await this.#deps.readPicture(alert) : undefined;
    return this.#exchange(signal, async (link) => {
      // The picture first: who acts on the message finds it there. One after the other: a broker with Nagle's algorithm
      // would keep its second answer until the kernel confirms the first, 40 ms later.
      if (picture) await this.#retained.put(topics.snapshot, picture);
      await publishJson(link, topics.event, { event_type: event, notificationId: id, ...alert, ...links });
    });
  }

  async test(signal: AbortSignal): Promise<Attempt> {
    return this.#exchange(signal, async (link) =>
      publishJson(link, `${this.#options.topic}/test`, { event_type: 'test' }),
    );
  }

  /** Tells the broker that Nightjar goes, for a second at most. */
  async close(): Promise<void> {
    const link = this.#link;
    this.#isClosing = true;
    this.#link = undefined;
    this.#retained.attach(undefined);
    if (link) {
      const offline = link.publish(availabilityTopic(this.#options.topic), 'offline', { qos: 1, retain: true });
      await withinMs(goodbyeMs, offline.then(link.end)).catch(() => undefined);
    }
    this.#connection?.unsubscribe();
  }

  #onConnected(link: MqttLink): void {
    const { topic, discovery, discoveryPrefix } = this.#options;
    const { onUp, onProblem } = this.#deps;
    const report = (error: unknown): void => {
      if (this.#link === link) onProblem(messageOf(error));
    };
    this.#link = link;
    link.publish(availabilityTopic(topic), 'online', { qos: 1, retain: true }).catch(report);
    this.#retained.attach(link);
    if (discovery) {
      const birth = `${discoveryPrefix}/status`;
      // Home Assistant was started: it is told everything anew. A retained one is old, and everything was just published.
      link.messages$.subscribe(({ topic: from, payload, isRetained }) => {
        if (from === birth && payload === 'online' && !isRetained) this.#retained.publishAll();
      });
      link.subscribe(birth).catch(report);
    }
    onUp();
  }

  /** Says something to the broker; a connection on which no answer comes is dropped. */
  async #exchange(signal: AbortSignal, say: (link: MqttLink) => Promise<void>): Promise<Attempt> {
    const link = this.#link;
    if (!link) return { outcome: 'later', message: 'the broker is not connected' };
    try {
      await withinMs(publishTimeoutMs, say(link), signal);
      return { outcome: 'delivered' };
    } catch (error) {
      if (error instanceof NoAnswer && !signal.aborted) link.drop(error.message);
      return { outcome: 'later', message: messageOf(error) };
    }
  }

  #forget(camera: string): void {
    this.#cameras.delete(camera);
    this.#open.delete(camera);
    this.#scoredAt.delete(camera);
    // The announcement first: Home Assistant drops the entities before their topics become empty.
    this.#retained.clear(discoveryTopic(this.#discovery, camera));
    const { connectivity, score, alert, snapshot } = cameraTopics(this.#options.topic, camera);
    for (const topic of [connectivity, score, alert, snapshot]) this.#retained.clear(topic);
  }
}

const publishJson = async (link: MqttLink, topic: string, content: object): Promise<void> =>
  link.publish(topic, JSON.stringify(content), { qos: 1, retain: false });

class NoAnswer extends Error {}

/** Rejects when the promise takes too long, or the signal says so. */
const withinMs = async <T>(ms: number, promise: Promise<T>, signal?: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const refuse = (): void => reject(new NoAnswer(`the broker did not answer within ${ms / 1000} s`));
    const timer = setTimeout(refuse, ms);
    signal?.addEventListener('abort', refuse, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', refuse);
    });
  });
