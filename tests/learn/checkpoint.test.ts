import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { openCheckpoint } from '../../src/learn/checkpoint.ts';
import type { TrainingState } from '../../src/learn/fit.ts';
import { loadFootage, saveFootage } from '../../src/learn/saved-footage.ts';
import { DataSetCollector } from '../../src/learn/data-set.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-checkpoint-'));
  file = path.join(folder, '.anomaly.checkpoint');
});
afterEach(async () => rm(folder, { recursive: true }));

const state = (step: number, validationLoss = 0.25): TrainingState => ({
  step,
  seconds: 12.5,
  loss: 0.5,
  evaluationsSinceBest: 2,
  history: [{ step: 4, loss: 0.75, validationLoss: 0.25 }],
  best: { p: Float32Array.of(9, 8, 7), validationLoss, loss: validationLoss },
  p: Float32Array.of(1, 2, 3),
  m: Float32Array.of(4, 5, 6),
  v: Float32Array.of(7, 8, 9),
});

test('what was saved is resumed, before the first evaluation too, until it is removed', async () => {
  const checkpoint = await openCheckpoint(file, 'key');
  expect(checkpoint.resumed).toBeUndefined();
  for (const saved of [state(8), state(16, Infinity)]) {
    await checkpoint.save(saved);
    expect((await openCheckpoint(file, 'key')).resumed).toEqual(saved);
  }
  await checkpoint.remove();
  expect(existsSync(file)).toBe(false);
  expect((await openCheckpoint(file, 'key')).resumed).toBeUndefined();
});

test('one of another training, a damaged one and a short one count for nothing', async () => {
  await (await openCheckpoint(file, 'key')).save(state(8));
  expect((await openCheckpoint(file, 'another')).resumed).toBeUndefined();
  const whole = await readFile(file);
  for (const damaged of [whole.subarray(0, -4), Buffer.from('{"version":1}\n'), Buffer.alloc(0)]) {
    await writeFile(file, damaged);
    expect((await openCheckpoint(file, 'key')).resumed).toBeUndefined();
  }
});

test('a training that is killed leaves a checkpoint that the next one goes on from', async () => {
  const child = spawn(process.execPath, [path.resolve('tests/learn/train-forever.js'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) if (Number(line) > 200) child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
  const { resumed } = await openCheckpoint(file, 'train-forever');
  expect(resumed!.step).toBeGreaterThan(0);
  expect(resumed!.history.length).toBeGreaterThan(0);
  expect(resumed!.p.every(Number.isFinite)).toBe(true);
});

test('footage that was saved comes back with its cuts, in its shape only', async () => {
  const collector = new DataSetCollector({ width: 2, height: 2, format: 'gray' }, 4);
  for (let index = 0; index < 50; index++) {
    if (index === 20) collector.cut();
    collector.add({ data: Uint8Array.of(index, 0, 1, 255) });
  }
  const set = collector.finish('test');
  const kept = path.join(folder, '.learning.frames');
  await saveFootage(kept, set);
  const loaded = (await loadFootage(kept, { width: 2, height: 2, format: 'gray' }))!;
  expect([loaded.count, loaded.framesPerSecond]).toEqual([50, 4]);
  for (let index = 0; index < 50; index++) {
    expect([...loaded.at(index)]).toEqual([...set.at(index)]);
    expect(loaded.continues(index)).toBe(set.continues(index));
  }
  expect(await loadFootage(kept, { width: 4, height: 2, format: 'gray' })).toBeUndefined();
  await writeFile(kept, (await readFile(kept)).subarray(0, -1));
  expect(await loadFootage(kept, set)).toBeUndefined();
  expect(await loadFootage(path.join(folder, 'none'), set)).toBeUndefined();
});
