import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { pipelineJsonSchema } from '../src/config/json-schema.ts';
import { loadPipeline } from '../src/config/load.ts';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly default?: unknown;
}

const { properties: sections = {} } = pipelineJsonSchema() as JsonSchema;
const reference = readFileSync('docs/configuration.md', 'utf8');

const shown = (value: unknown): string => {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Key and default of each row of the first table in the text. */
const rowsOf = (text = ''): [string, string][] => {
  const table = /^(?:\|.*\n)+/m.exec(text)?.[0] ?? '';
  return [...table.matchAll(/^\| `(\w+)` \| (?:`(.*?)`)? ?\|/gm)].map(([, key = '', value = '']) => [key, value]);
};

/** Key and default of each row of the first table below the heading `## section`. */
const documented = (section: string): [string, string][] =>
  rowsOf(reference.split(`\n## ${section}\n`)[1]?.split('\n## ')[0]);

test('docs/configuration.md has a section for each section of a pipeline file, in their order', () => {
  expect([...reference.matchAll(/^## (.*)$/gm)].map(([, name]) => name)).toEqual(Object.keys(sections));
});

test.each(Object.entries(sections))('docs/configuration.md has every key of %s with its default', (name, section) => {
  const keys = Object.entries(section.items?.properties ?? section.properties ?? {});
  expect(keys.length).toBeGreaterThan(0);
  expect(documented(name)).toEqual(keys.map(([key, schema]) => [key, shown(schema.default)]));
});

test('docs/configuration.md has every key of live with its default', () => {
  const keys = Object.entries(sections['cameras']?.items?.properties?.['live']?.properties ?? {});
  expect(keys).toHaveLength(5);
  const rows = rowsOf(reference.split('\nKeys of `live`')[1]);
  expect(rows).toEqual(keys.map(([key, schema]) => [key, shown(schema.default)]));
});

test('docs/configuration.md has every key of clips with its default', () => {
  const keys = Object.entries(sections['alerts']?.properties?.['clips']?.properties ?? {});
  expect(keys).toHaveLength(4);
  const rows = rowsOf(reference.split('\nKeys of `clips`')[1]);
  expect(rows).toEqual(keys.map(([key, schema]) => [key, shown(schema.default)]));
});

test.each(['mqtt', 'webhook'])('docs/configuration.md has every key of %s with its default', (name) => {
  const keys = Object.entries(sections['notify']?.items?.properties?.[name]?.properties ?? {});
  expect(keys.length).toBeGreaterThan(0);
  const rows = rowsOf(reference.split(`\nKeys of \`${name}\``)[1]);
  expect(rows).toEqual(keys.map(([key, schema]) => [key, shown(schema.default)]));
});

const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const examples = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```yaml\n(cameras:\n.*?)^```$/gms)].map(
    ([, example = ''], index) => [`${index + 1} in ${page}`, example] as const,
  ),
);

test.each(examples)('example %s loads', async (_name, example) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-docs-'));
  try {
    const file = path.join(folder, 'example.yaml');
    writeFileSync(file, example);
    const secret = (name = ''): string => (name.startsWith('WEBHOOK') ? `whsec_${'A'.repeat(32)}` : 'secret');
    const required = [...example.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, secret(name)]);
    const { cameras } = await loadPipeline(file, Object.fromEntries(required));
    expect(cameras.length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
