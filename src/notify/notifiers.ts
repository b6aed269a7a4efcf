import { createHash } from 'node:crypto';

import { messageOf } from '../core/errors.ts';
import type { DeadLetter, NotificationOutcome, NotifierStatus } from '../core/notification.ts';
import type { Alert, AlertEvent, CameraStatus } from '../core/status.ts';
import type { AlertPictures, Attempt, Channel } from './channel.ts';
import { Courier } from './courier.ts';
import { Mqtt } from './mqtt.ts';
import type { MqttOptions } from './mqtt.ts';
import { eventsOf, isWanted } from './notification.ts';
import type { AlertFilter, NotificationEvent } from './notification.ts';
import { openOutbox, outboxLimits } from './outbox.ts';
import type { Losses } from './outbox.ts';
import { openWebhook } from './webhook.ts';
import type { WebhookOptions } from './webhook.ts';

/** One who is told of alerts; either `mqtt` or `webhook` is there. */
export interface NotifierOptions extends AlertFilter {
  readonly name: string;
  readonly publicUrl?: string | undefined;
  readonly mqtt?: Omit<MqttOptions, 'clientId' | 'appVersion' | 'publicUrl' | 'cameras'> | undefined;
  readonly webhook?: Omit<WebhookOptions, 'publicUrl'> | undefined;
}

/** The recorded alerts, newest first. */
interface AlertRecord {
  list(query: { readonly from: number; readonly limit: number }): readonly Alert[];
}

export interface NotifiersDeps extends AlertPictures {
  /** Where notify.db is. */
  readonly folder: string;
  readonly alerts: AlertRecord;
  /** Nightjar's. */
  readonly appVersion: string;
  readonly onOutcome: (notifier: string, outcome: NotificationOutcome, count: number) => void;
  readonly onPending: (notifier: string, pending: number) => void;
  /** Told when a notifier goes down or comes back; not at every attempt. */
  readonly onStatus: (status: NotifierStatus, address: string) => void;
  /** Told of what a broker refuses while it is connected, and of an outbox that fails: perhaps often. */
  readonly onProblem: (notifier: string, message: string) => void;
}

/** Everybody who is told of alerts. */
export interface Notifiers {
  /**
   * To be told of each event of an alert, after it was recorded. When it returns, what is to be told of it is in the
   * outbox and survives a kill -9. Does not throw: what could not be queued is found in the alert store later.
   */
  announce(event: AlertEvent): void;
  setCameras(cameras: readonly CameraStatus[]): void;
  setScore(camera: string, score: number): void;
  status(): NotifierStatus[];
  /** Sends something that is no alert, at once; undefined when there is no such notifier. */
  test(name: string): Promise<{ ok: true } | { ok: false; message: string }> | undefined;
  /** The newest 1000, newest first. */
  deadLetters(): DeadLetter[];
  /** Queues a dead letter again; false when there is none of a present notifier. */
  retry(id: number): boolean;
  /** False when there is none. */
  remove(id: number): boolean;
  close(): Promise<void>;
}

interface Running {
  readonly options: NotifierOptions;
  readonly channel: Channel;
  readonly courier: Courier;
  /** Since when it is known: milliseconds since the epoch. */
  readonly since: number;
  isUp: boolean;
  message: string | undefined;
}

/** How often it is looked whether something could not be queued. */
const catchUpMs = 30_000;
/** How long an attempt that is under way may go on when Nightjar stops. */
const closingMs = 1000;
const testTimeoutMs = 20_000;
const shownDeadLetters = 1000;

/**
 * Opens the outbox, queues what a crash kept from being queued, and begins to deliver. Throws StoreError('unreadable') when
 * the outbox cannot be opened. The cameras are those that there are now.
 */
export const startNotifiers = (
  notifiers: readonly NotifierOptions[],
  cameras: readonly CameraStatus[],
  deps: NotifiersDeps,
): Notifiers => {
  const { folder, alerts, onOutcome, onPending, onStatus, onProblem } = deps;
  const outbox = openOutbox(
    folder,
    notifiers.map(({ name }) => name),
  );
  const stopping = new AbortController();
  const cutting = new AbortController();
  const running = new Map<string, Running>();
  let isBehind = false;

  const statusOf = ({ options: { name }, channel: { kind }, isUp, message }: Running): NotifierStatus => ({
    name,
    kind,
    isUp,
    ...(message !== undefined && { message }),
    ...outbox.count(name),
  });
  const onLosses = (name: string, { dead, discarded }: Losses): void => {
    if (dead > 0) onOutcome(name, 'dead', dead);
    if (discarded > 0) onOutcome(name, 'discarded', discarded);
  };
  const tellPending = (name: string): void => onPending(name, outbox.count(name).pending);
  const setUp = (name: string, isUp: boolean, message?: string): void => {
    const notifier = running.get(name);
    if (!notifier) return;
    const hasChanged = notifier.isUp !== isUp || (!isUp && notifier.message === undefined);
    Object.assign(notifier, { isUp, message: isUp ? undefined : message });
    if (hasChanged) onStatus(statusOf(notifier), notifier.channel.address);
  };

  const mqttOf = (options: NotifierOptions, mqtt: NonNullable<NotifierOptions['mqtt']>): Mqtt => {
    const { name, publicUrl, cameras: only } = options;
    const clientId = `nj-${createHash('sha256').update(`${outbox.instance} ${name}`).digest('hex').slice(0, 16)}`;
    return new Mqtt(
      { ...mqtt, publicUrl, cameras: only, clientId, appVersion: deps.appVersion },
      {
        readPicture: deps.readPicture,
        memory: {
          list: () => outbox.topics(name),
          add: (topic) => outbox.addTopic(name, topic),
          remove: (topic) => outbox.removeTopic(name, topic),
        },
        onUp: () => {
          setUp(name, true);
          running.get(name)?.courier.wake(true);
        },
        onDown: (message) => setUp(name, false, message),
        onProblem: (message) => onProblem(name, message),
      },
    );
  };

  const add = (options: NotifierOptions): void => {
    const { name, mqtt, webhook, publicUrl } = options;
    const channel = mqtt ? mqttOf(options, mqtt) : openWebhook({ ...webhook!, publicUrl }, deps);
    const onAttempt = (attempt: Attempt): void => {
      onOutcome(name, attempt.outcome === 'delivered' ? 'delivered' : 'failed', 1);
      tellPending(name);
      // A broker tells itself whether it is up.
      if (!mqtt) setUp(name, attempt.outcome === 'delivered', 'message' in attempt ? attempt.message : undefined);
    };
    const courier = new Courier(name, channel, {
      outbox,
      onAttempt,
      onLosses: (losses) => onLosses(name, losses),
      onError: (error) => onProblem(name, messageOf(error)),
    });
    running.set(name, { options, channel, courier, since: outbox.since(name), isUp: !mqtt, message: undefined });
    tellPending(name);
  };

  const queue = (alert: Alert, events: readonly NotificationEvent[], now: number): void => {
    for (const { options, courier, since } of running.values()) {
      const { name } = options;
      // Older alerts were told before the outbox forgot it, or are none of the notifier's business.
      if (alert.startAt < Math.max(since, now - outboxLimits.ageMs) || !isWanted(alert, options)) continue;
      for (const event of events) {
        const { isNew, ...losses } = outbox.add(name, event, alert, now);
        onLosses(name, losses);
        if (isNew) courier.wake();
      }
      tellPending(name);
    }
  };
  const catchUp = (): void => {
    const now = Date.now();
    const from = Math.max(Math.min(...[...running.values()].map(({ since }) => since)), now - outboxLimits.ageMs);
    for (const alert of [...alerts.list({ from, limit: outboxLimits.pending })].reverse())
      queue(alert, eventsOf(alert), now);
    isBehind = false;
  };
  const attempt = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      isBehind = true;
      onProblem('', messageOf(error));
    }
  };

  for (const options of notifiers) add(options);
  const brokers = (): Mqtt[] =>
    [...running.values()].map(({ channel }) => channel).filter((one) => one instanceof Mqtt);
  if (running.size > 0) attempt(catchUp);
  for (const broker of brokers()) {
    broker.setCameras(cameras);
    broker.start();
  }
  const rounds = [...running.values()].map(async ({ courier }) => courier.run(stopping.signal, cutting.signal));
  const catching = setInterval(() => isBehind && attempt(catchUp), catchUpMs);

  return {
    announce: ({ event, alert }) => {
      const isOver = event === 'deleted' || alert.endAt !== null;
      for (const { options, channel } of running.values())
        if (channel instanceof Mqtt && (isOver || isWanted(alert, options))) channel.setAlert(event, alert);
      // What is judged was told already; what goes on may have become severe enough.
      if (event === 'deleted' || (event === 'updated' && alert.endAt !== null)) return;
      attempt(() => queue(alert, eventsOf(alert), Date.now()));
    },
    setCameras: (now) => brokers().forEach((broker) => broker.setCameras(now)),
    setScore: (camera, score) => brokers().forEach((broker) => broker.setScore(camera, score)),
    status: () => [...running.values()].map(statusOf),
    test: (name) => {
      const notifier = running.get(name);
      return notifier && testOf(notifier.channel, cutting.signal);
    },
    deadLetters: () => outbox.deadLetters(shownDeadLetters),
    retry: (id) => {
      const name = outbox.retry(id, Date.now());
      if (name === undefined) return false;
      tellPending(name);
      running.get(name)?.courier.wake(true);
      return true;
    },
    remove: (id) => outbox.remove(id),
    close: async () => {
      clearInterval(catching);
      stopping.abort();
      const impatience = setTimeout(() => cutting.abort(), closingMs);
      await Promise.all(rounds);
      clearTimeout(impatience);
      await Promise.all([...running.values()].map(async ({ channel }) => channel.close()));
      outbox.close();
    },
  };
};

const testOf = async (
  channel: Channel,
  stopping: AbortSignal,
): Promise<{ ok: true } | { ok: false; message: string }> => {
  const attempt = await channel.test(AbortSignal.any([stopping, AbortSignal.timeout(testTimeoutMs)]));
  return attempt.outcome === 'delivered' ? { ok: true } : { ok: false, message: attempt.message };
};
