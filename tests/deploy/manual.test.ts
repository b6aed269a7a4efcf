import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const filesBelow = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));

const operations = readFileSync('docs/operations.md', 'utf8');
const manual = `${operations}${readFileSync('docs/install.md', 'utf8')}`;
// Not those that are made by following the manual.
const deployed = filesBelow('deploy', /./).filter((file) => !/^deploy\/(secrets\/|\.env$)/.test(file));

test.each(deployed)('the manual says what %s is', (file) => expect(manual).toContain(`\`${file}\``));

test('the manual names no file of deploy/ that is not there', () => {
  const named = [...manual.matchAll(/(?<![\w/])deploy\/[\w./-]*\w\.?[\w]+/g)].map(([name]) => name);
  const made = new Set([
    'deploy/.env',
    'deploy/secrets',
    'deploy/secrets/metrics-token',
    'deploy/secrets/mosquitto-passwords',
  ]);
  const folders = new Set(deployed.flatMap((file) => [path.dirname(file), path.dirname(path.dirname(file))]));
  const unknown = named.filter((name) => !deployed.includes(name) && !made.has(name) && !folders.has(name));
  expect(unknown).toEqual([]);
});

test('the manual explains every alert', () => {
  const alerts = [...readFileSync('deploy/prometheus/rules/nightjar-alerts.yml', 'utf8').matchAll(/alert: (\w+)/g)];
  expect(alerts.length).toBeGreaterThan(5);
  for (const [, name] of alerts) expect(operations).toContain(`\`${name}\``);
});

test('the manual explains every field that is logged', () => {
  const sources = ['src/commands', 'src/pipeline', 'src/notify', 'src/server', 'src/alert', 'src/auth'];
  const calls = filesBelow('src', /\.ts$/)
    .filter((file) => sources.some((folder) => file.startsWith(`${folder}/`)))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\blog\.(?:info|warn|error)\(\s*\{([^}]*)\}/g)])
    .map(([, fields = '']) => fields);
  const names = calls.flatMap((fields) => [...fields.matchAll(/(?:^|,)\s*(\w+)/g)].map(([, name = '']) => name));
  expect(names.length).toBeGreaterThan(20);
  expect([...new Set(names)].filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
});

test('every package with a binary has one for 64-bit ARM, as the guides for small machines say', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; cpu?: string[] }>;
  };
  const binaries = Object.entries(packages).filter(([name, { dev }]) => !dev && /[-/]linux-/.test(name));
  const families = new Set(binaries.map(([name]) => name.replace(/[-/]linux-.*$/, '')));
  expect(families.size).toBeGreaterThan(1);
  for (const family of families)
    expect(binaries.some(([name, { cpu }]) => name.startsWith(family) && cpu?.includes('arm64'))).toBe(true);
  for (const folder of [
    'onnxruntime-node/bin/napi-v6/linux/arm64',
    '@julusian/jpeg-turbo/prebuilds/jpeg-turbo-linux-arm64',
  ])
    expect(readdirSync(path.join('node_modules', folder)).length).toBeGreaterThan(0);
});
