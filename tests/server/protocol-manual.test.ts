import { readFileSync, readdirSync } from 'node:fs';
import { Registry } from 'prom-client';
import { createMetrics } from '../../src/server/metrics.ts';
import {
  clientMessage,
  pictureKinds,
  pictureLayout,
  protocolVersion,
  serverMessage,
  topics,
} from '../../src/server/protocol.ts';

const manual = readFileSync('docs/protocol.md', 'utf8');
const source = (file: string): string => readFileSync(`src/server/${file}.ts`, 'utf8');
const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

const clientTypes = clientMessage.options.map(({ shape }) => shape.type.value);
const serverTypes = serverMessage.options.map(({ shape }) => shape.type.value);
const errorCodes = serverMessage.options.flatMap(({ shape }) => ('code' in shape ? shape.code.options : []));
const rest = [
  ...readdirSync('src/server/routes').map((file) => `routes/${file.replace('.ts', '')}`),
  'rest',
  'guard',
  'openapi',
]
  .map(source)
  .join('\n');
const endpoints = matches(rest, /url: '([^']+)'/g);
const refusals = [
  ...matches(rest, /refuse\(\s*\d{3},\s*'([\w-]+)'/g),
  ...matches(rest, /code: '([\w-]+)'/g),
  ...matches(rest, /\[\s*\d{3},\s*'([\w-]+)'/g),
  ...matches(rest, /'([\w-]+)': \d{3},/g),
];
const metricNames = createMetrics(new Registry())
  .registry.getMetricsAsArray()
  .map(({ name }) => name)
  .filter((name) => name.startsWith('nightjar_'));

test('finds the names in the code that the manual is checked for', () => {
  expect(serverTypes).toHaveLength(11);
  expect(errorCodes.sort()).toEqual(['invalid-json', 'invalid-message', 'no-h264', 'unknown-camera']);
  expect(endpoints.length).toBeGreaterThan(35);
  expect(refusals).toEqual(
    expect.arrayContaining(['unknown-alert', 'last-admin', 'forbidden-origin', 'login-required']),
  );
  expect(metricNames).toHaveLength(22);
});

test.each([...new Set([...clientTypes, ...serverTypes, ...topics, ...Object.keys(pictureKinds)])])(
  'docs/protocol.md documents the message or topic %s',
  (name) => expect(manual).toContain(`\`${name}\``),
);

test.each([...new Set([...endpoints, ...errorCodes, ...refusals, ...metricNames])])(
  'docs/protocol.md documents %s',
  (name) => expect(manual).toContain(`\`${name}`),
);

test.each(Object.entries(pictureLayout))('docs/protocol.md gives the offset of %s as %d', (name, offset) => {
  expect(manual).toMatch(new RegExp(`\\| ${offset} \\| [^|]* \\| \`${name}\``));
});

test('docs/protocol.md names the version of the code', () => {
  expect(manual).toContain(`Version ${protocolVersion}`);
});
