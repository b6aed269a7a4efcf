import { Socket } from 'node:net';

import { connect as connectMqtt } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { Observable } from 'rxjs';

export interface BrokerOptions {
  /** mqtt: or mqtts:, host and port, perhaps user and password: never shown. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** 5, or 4 for MQTT 3.1.1. */
  readonly version: number;
}

interface MqttMessage {
  readonly topic: string;
  readonly payload: string;
  readonly isRetained: boolean;
}

/** A connection that stands. */
export interface MqttLink {
  /** Rejects when the broker refuses it, or the connection ends before the broker has it (QoS 0: before it is sent). */
  publish(topic: string, payload: string | Uint8Array, options: { qos: 0 | 1; retain: boolean }): Promise<void>;
  /** Rejects when the broker refuses it. */
  subscribe(topic: string): Promise<void>;
  readonly messages$: Observable<MqttMessage>;
  /** Ends the connection as lost: the broker sends the will. */
  drop(message: string): void;
  /** Says goodbye: the broker sends no will. Rejects when that cannot be sent. */
  readonly end: () => Promise<void>;
}

export interface ConnectOptions extends BrokerOptions {
  /** The same at each start: the broker then ends what is left of an earlier connection. */
  readonly clientId: string;
  /** What the broker publishes, retained, when the connection is lost. */
  readonly will?: { readonly topic: string; readonly payload: string };
}

const connectTimeoutMs = 10_000;
const keepaliveSeconds = 30;

/** Scheme, host and port of a URL, for people. */
export const addressOf = (url: string): string => {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
};

/**
 * Connects once: emits the link when it stands, and errors when it cannot be made or is lost. Unsubscribing ends it. The
 * errors' messages hold neither user nor password.
 */
export const connectBroker = (
  options: ConnectOptions,
  connect: (options: IClientOptions) => MqttClient = connectMqtt,
): Observable<MqttLink> =>
  new Observable((subscriber) => {
    const client = connect(clientOptions(options));
    const fail = (error: Error): void =>
      subscriber.error(new Error(withoutSecrets(error.message || codeOf(error), options), { cause: error }));
    client.on('connect', () => {
      // Small messages follow each other: Nagle's algorithm would hold each back until the broker's kernel confirms the one before.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      subscriber.next(linkOf(client, fail));
    });
    client.on('error', fail);
    client.on('disconnect', ({ reasonCode }) =>
      fail(new Error(`the broker ended the connection (${reasonCode ?? 0})`)),
    );
    client.on('close', () => fail(new Error('the broker closed the connection')));
    return () => void client.end(true);
  });

const clientOptions = ({ url, username, password, version, clientId, will }: ConnectOptions): IClientOptions => {
  const { protocol, hostname, port, username: user, password: secret } = new URL(url);
  const isSecure = protocol === 'mqtts:';
  return {
    protocol: isSecure ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 8883 : 1883) : Number(port),
    protocolVersion: version === 4 ? 4 : 5,
    clientId,
    clean: true,
    // Who connects anew, when and how often is decided outside.
    reconnectPeriod: 0,
    connectTimeout: connectTimeoutMs,
    keepalive: keepaliveSeconds,
    queueQoSZero: false,
    resubscribe: false,
    ...withLogin(username ?? decodeURIComponent(user), password ?? decodeURIComponent(secret)),
    ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const, retain: true } }),
  };
};

const withLogin = (username: string, password: string): IClientOptions => ({
  ...(username !== '' && { username }),
  ...(password !== '' && { password }),
});

const linkOf = (client: MqttClient, fail: (error: Error) => void): MqttLink => ({
  publish: async (topic, payload, options) =>
    new Promise((resolve, reject) => {
      const data = typeof payload === 'string' ? payload : Buffer.from(payload);
      client.publish(topic, data, options, (error) => (error ? reject(error) : resolve()));
    }),
  subscribe: async (topic) =>
    new Promise((resolve, reject) => {
      client.subscribe(topic, { qos: 1 }, (error) => (error ? reject(error) : resolve()));
    }),
  messages$: new Observable((subscriber) => {
    const listener = (topic: string, payload: Buffer, { retain }: { retain: boolean }): void =>
      subscriber.next({ topic, payload: payload.toString(), isRetained: retain });
    client.on('message', listener);
    return () => void client.off('message', listener);
  }),
  drop: (message) => fail(new Error(message)),
  end: async () => client.endAsync(),
});

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? 'the connection failed';

const withoutSecrets = (message: string, { url, password }: BrokerOptions): string =>
  [password, decodeURIComponent(new URL(url).password)]
    .filter((secret) => secret !== undefined && secret.length >= 3)
    .reduce<string>((text, secret) => text.replaceAll(secret!, '***'), message);
