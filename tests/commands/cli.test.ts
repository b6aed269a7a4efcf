import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { nightjar } from '../support/run-nightjar.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-cli-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const pipelineFile = async (yaml: string): Promise<string> => {
  const file = path.join(folder, 'pipeline.yaml');
  await writeFile(file, yaml);
  return file;
};

test('--help lists every command and gives examples', async () => {
  const { code, stdout } = await nightjar(['--help']);
  expect(code).toBe(0);
  for (const command of ['run', 'demo', 'learn', 'check', 'simulate', 'eval', 'bench', 'export', 'backup', 'restore']) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  expect(stdout).toContain('Examples:');
});

test.each(['run', 'learn', 'check', 'simulate', 'bench', 'export', 'backup', 'restore'])(
  '%s --help gives an example',
  async (command) => {
    const { code, stdout } = await nightjar([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples?:\n {2}(nightjar|npm run)/);
  },
);

test('an unknown command or option is wrong usage: exit code 2, and the nearest name', async () => {
  const { code, stderr } = await nightjar(['chekc']);
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean check?');
});

test('an invalid pipeline file exits with 2 and names file, line, key, expected and found', async () => {
  const file = await pipelineFile('cameras:\n  - id: door\n    url: rtsp://localhost/a\n    fps: fast\n');
  const { code, stderr } = await nightjar(['check', file]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${file}:4:10 cameras[0].fps: expected a number above 0, up to 60, found "fast"`);
});

test('with --json an error is one JSON line with a code', async () => {
  const { code, stderr } = await nightjar(['check', path.join(folder, 'missing.yaml'), '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stderr)).toMatchObject({ error: 'ConfigError', code: 'unreadable' });
});

test('check prints a camera that works beside one that is refused, without its password, and exits with 1', async () => {
  const file = await pipelineFile(
    [
      'cameras:',
      '  - id: works',
      '    url: simulator://walkway?schedule=none',
      '  - id: broken',
      '    url: rtsp://admin:${DOOR_PASSWORD}@127.0.0.1:9/live',
    ].join('\n'),
  );
  const human = await nightjar(['check', file], { env: { DOOR_PASSWORD: 'hunter2secret' } });
  expect(human.code).toBe(1);
  expect(human.stdout).toMatch(/works.*h264.*640x360/);
  expect(human.stdout).toMatch(/broken.*refused/);
  const json = await nightjar(['check', file, '--json'], { env: { DOOR_PASSWORD: 'hunter2secret' } });
  const results = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(results).toMatchObject([
    { camera: 'works', ok: true, codec: 'h264' },
    { camera: 'broken', ok: false, cause: 'refused' },
  ]);
  expect(human.stdout + human.stderr + json.stdout + json.stderr).not.toContain('hunter2secret');
});

test('eval names what is wrong with its data', async () => {
  const labels = path.join(folder, 'labels.json');
  const { code, stderr } = await nightjar(['eval', 'anomaly', '--train', folder, '--test', folder, '--labels', labels]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${folder}: expected folders of images or videos, found nothing`);
});

test('Ctrl-C while learn collects footage ends it with 130, and leaves the model as it was', async () => {
  const file = await pipelineFile(
    [
      'cameras: [{ id: yard, url: "simulator://walkway?width=128&height=72&fps=10&schedule=none" }]',
      'defaults: { size: 32x16, fps: 10 }',
      'learning: { minutes: 5 }',
    ].join('\n'),
  );
  const child = spawn(process.execPath, ['bin/nightjar.js', 'learn', file, '--json']);
  const exit = once(child, 'close');
  const lines: { fraction?: number }[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    const progress = JSON.parse(line) as { fraction?: number };
    lines.push(progress);
    // 40 frames of the 3000 would be enough to learn from.
    if (Math.round((progress.fraction ?? 0) * 3000) > 45) child.kill('SIGINT');
  }
  expect(await exit).toEqual([130, null]);
  expect(lines.at(-1)).toMatchObject({ code: 'interrupted' });
  expect(await readdir(path.join(folder, 'nightjar-data', 'pipeline', 'models'))).toEqual([]);
});

test.each(['run', 'demo', 'simulate'])('%s refuses a port that is none as wrong usage', async (command) => {
  for (const port of ['abc', '65536']) {
    const { code, stderr } = await nightjar([command, ...(command === 'run' ? ['x.yaml'] : []), '--port', port]);
    expect(stderr).toContain(`Expected a port from 0 (any free one) to 65535, got "${port}"`);
    expect(code).toBe(2);
  }
});

test('learn says that it cannot write models before it collects footage for them', async () => {
  const file = await pipelineFile('cameras: [{ id: yard, url: "rtsp://127.0.0.1:9/a" }]\nstorage: { path: taken }');
  await writeFile(path.join(folder, 'taken'), '');
  const { code, stderr } = await nightjar(['learn', file]);
  expect(code).toBe(1);
  expect(stderr).toContain(`ENOTDIR: not a directory, mkdir '${path.join(folder, 'taken', 'models')}'`);
});
