import { readFileSync, readdirSync } from 'node:fs';
import { Registry } from 'prom-client';
import { createMetrics } from '../../src/server/metrics.ts';
import { clientMessage, pictureKinds, pictureLayout, protocolVersion, topics } from '../../src/server/protocol.ts';

const manual = readFileSync('docs/protocol.md', 'utf8');
const source = (file: string): string => readFileSync(`src/server/${file}.ts`, 'utf8');
const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

const clientTypes = clientMessage.options.map(({ shape }) => shape.type.value);
const serverTypes = matches(source('protocol'), /readonly type: '([\w-]+)'/g);
const errorCodes = matches(source('protocol'), /'([\w-]+)'(?= \||;)/g).filter((code) => code.includes('-'));
const rest = [...readdirSync('src/server/routes').map((file) => `routes/${file.replace('.ts', '')}`), 'rest']
  .map(source)
  .join('\n');
const endpoints = matches(rest, /url: '([^']+)'/g);
const refusals = [...matches(rest, /refuse\(\s*\d{3},\s*'([\w-]+)'/g), ...matches(rest, /code: '([\w-]+)'/g)];
const metricNames = createMetrics(new Registry())
  .registry.getMetricsAsArray()
  .map(({ name }) => name)
  .filter((name) => name.startsWith('nightjar_'));

test('finds the names in the code that the manual is checked for', () => {
  expect(serverTypes).toHaveLength(10);
  expect(errorCodes.sort()).toEqual(['invalid-json', 'invalid-message', 'no-h264', 'unknown-camera']);
  expect(endpoints).toHaveLength(30);
  expect(refusals).toContain('unknown-alert');
  expect(metricNames).toHaveLength(21);
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
