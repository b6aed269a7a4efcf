import * as z from 'zod';

import { alertKinds, severities } from '../core/status.ts';
import { choice, flag, group, integer, number } from './schema-parts.ts';

const nameExpected = '1 to 63 small letters, digits and hyphens, beginning with a letter or digit';
const listOf = <Item extends z.ZodType>(item: Item, expected: string) =>
  z.exactOptional(z.array(item, expected).min(1, expected));

const address = (schemes: string, expected: string) =>
  z
    .string(expected)
    .regex(new RegExp(String.raw`^${schemes}:\/\/[^\s/?#]\P{Cc}*$`, 'u'), expected)
    .refine((text) => URL.canParse(text), expected);

const topicExpected = 'a topic without +, # and $, and without / at its ends';
const topic = z
  .string(topicExpected)
  .max(200, topicExpected)
  .regex(/^[^/+#$\p{Cc}]+(?:\/[^/+#$\p{Cc}]+)*$/u, topicExpected);

/** Standard Webhooks: 24 to 64 random bytes. */
const secretExpected = 'whsec_ and 24 to 64 random bytes in base64 (echo whsec_$(openssl rand -base64 24))';
const isSecret = (text: string): boolean => {
  const bytes = Buffer.from(text.slice('whsec_'.length), 'base64').length;
  return bytes >= 24 && bytes <= 64;
};

const mqtt = group({
  url: address('mqtts?', 'mqtt://HOST:PORT or mqtts://HOST:PORT').describe('The broker.'),
  username: z.exactOptional(z.string('a text, in quotes where it is a number')).describe('User at the broker.'),
  password: z
    .exactOptional(z.string('a text, in quotes where it is a number'))
    .describe('Its password; ${NAME} takes it from the environment.'),
  topic: topic
    .default('nightjar')
    .describe('Where every topic of this Nightjar begins; another one for each Nightjar.'),
  discovery: flag.default(true).describe('Announce each camera to Home Assistant (MQTT discovery).'),
  discoveryPrefix: topic.default('homeassistant').describe("Home Assistant's discovery prefix."),
  version: integer(4, 5).default(5).describe('MQTT 5, or 4 for 3.1.1, which old brokers speak.'),
});

const webhook = group({
  url: address('https?', 'http://HOST/PATH or https://HOST/PATH').describe('Where alerts are posted to.'),
  secret: z
    .string(secretExpected)
    .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, secretExpected)
    .refine(isSecret, secretExpected)
    .describe('What each post is signed with (Standard Webhooks); ${NAME} takes it from the environment.'),
  picture: flag.default(false).describe('Put the picture into the post, as base64.'),
  timeoutSeconds: number(1, 120).default(15).describe('Seconds to wait for an answer.'),
  maxAttempts: integer(1, 1000)
    .default(15)
    .describe('Attempts after which a post becomes a dead letter: 15 take about 7 hours.'),
});

const notifier = group({
  name: z
    .string(nameExpected)
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, nameExpected)
    .describe('A name of its own.'),
  mqtt: z.exactOptional(mqtt).describe('An MQTT broker, and Home Assistant behind it.'),
  webhook: z.exactOptional(webhook).describe('A web address that alerts are posted to.'),
  cameras: listOf(z.string('the id of a camera'), 'a list of one or more camera ids').describe(
    'Only alerts of these cameras. Without it of all.',
  ),
  kinds: listOf(choice(alertKinds), `a list of one or more of ${alertKinds.join(', ')}`).describe(
    'Only alerts of these kinds. Without it of all.',
  ),
  minSeverity: z.exactOptional(choice(severities)).describe('Only alerts at least this severe: low, medium or high.'),
  publicUrl: z
    .exactOptional(address('https?', 'http://HOST or https://HOST'))
    .describe("Where people reach Nightjar's page: alerts then hold a link to theirs."),
}).superRefine((value, context) => {
  if ((value.mqtt === undefined) === (value.webhook === undefined))
    context.addIssue({ code: 'custom', input: value, message: 'either mqtt or webhook' });
});

const reportRepeatedNames = (notifiers: readonly unknown[], context: z.RefinementCtx): void => {
  const firsts = new Map<unknown, number>();
  for (const [index, value] of notifiers.entries()) {
    const name: unknown = (value as { name?: unknown } | null)?.name;
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, index);
    else if (typeof name === 'string')
      context.addIssue({
        code: 'custom',
        input: name,
        path: [index, 'name'],
        message: 'a name of its own',
        params: { like: ['notify', first, 'name'] },
      });
  }
};

export const notify = z
  .array(notifier, 'a list of notifiers')
  .default([])
  .superRefine(reportRepeatedNames, { when: ({ value }) => Array.isArray(value) });

/** One who is told of alerts, as written; either `mqtt` or `webhook` is there. */
export type NotifierSettings = z.output<typeof notifier>;
