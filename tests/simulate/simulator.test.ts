import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

import type { SimulatorTask } from '../../src/simulate/simulator-protocol.ts';
import { parseSimulatorUrl, simulate, startSimulator, type Truth } from '../../src/simulate/simulator.ts';
import { RtspClient } from './rtsp-client.ts';
import { ffmpegChildren, isRunning } from '../support/child-processes.ts';
import { waitUntil } from '../support/wait-until.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-simulator-'));
afterAll(() => rmSync(folder, { recursive: true }));

const quick = 'simulator://walkway?seed=3&width=128&height=72&fps=10&first=0.2&every=1&seconds=0.5';

test('a simulated camera is seen by ffmpeg, tells the truth, and leaves nothing behind', async () => {
  const truthFile = path.join(folder, 'truth.jsonl');
  const announced: Truth[] = [];
  const simulator = await startSimulator({
    ...parseSimulatorUrl(quick),
    ffmpeg: 'ffmpeg',
    truthFile,
    onAnomaly: (truth) => announced.push(truth),
  });
  // The encoder that was tried is told to end.
  await waitUntil('no encoder runs', () => expect(ffmpegChildren(process.pid)).toEqual([]));
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    `-v error -nostdin -rtsp_transport tcp -i ${simulator.url} -frames:v 12 -fps_mode passthrough -f rawvideo -pix_fmt rgb24 pipe:1`.split(
      ' ',
    ),
    { encoding: 'buffer', maxBuffer: 1e7 },
  );
  expect(stdout).toHaveLength(12 * 128 * 72 * 3);
  await simulator.close();
  expect(ffmpegChildren(process.pid)).toEqual([]);
  const refused = createConnection(Number(new URL(simulator.url).port), '127.0.0.1');
  await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

  expect(announced.slice(0, 2).map(({ kind }) => kind)).toEqual(['vehicle', 'object']);
  expect(announced[0]?.startAt).toBeCloseTo(simulator.startAt + 200, 3);
  const lines = readFileSync(truthFile, 'utf8').trim().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(announced);
  expect(simulator.truthUntil(simulator.startAt + 2000).map(({ startSeconds }) => startSeconds)).toEqual([0.2, 1.2]);
});

test('no encoder outlives a parent that was killed', async () => {
  const script = `
    const { parseSimulatorUrl, startSimulator } = await import(${JSON.stringify(path.resolve('dist/simulate/simulator.js'))});
    const simulator = await startSimulator({ ...parseSimulatorUrl('${quick}'), ffmpeg: 'ffmpeg' });
    console.log(simulator.url);`;
  // As a file: a worker thread inherits --input-type and refuses it.
  const program = path.join(folder, 'parent.mjs');
  writeFileSync(program, script);
  const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  const client = new RtspClient(Number(new URL(url).port));
  await client.play(url);
  await client.packetsArrived(1);
  const [encoder = 0] = ffmpegChildren(parent.pid ?? 0);
  expect(isRunning(encoder)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await waitUntil('the encoder is gone', () => expect(isRunning(encoder)).toBe(false));
  client.socket.destroy();
});

test('an ffmpeg without libx264 is named, with what to do', async () => {
  const ffmpeg = path.join(folder, 'ffmpeg');
  writeFileSync(ffmpeg, '#!/bin/sh\necho "Unknown encoder \'libx264\'" >&2\nexit 1\n', { mode: 0o755 });
  await expect(startSimulator({ ...parseSimulatorUrl(quick), ffmpeg })).rejects.toMatchObject({
    name: 'CameraError',
    code: 'codec',
    message: expect.stringContaining('built without libx264') as string,
  });
});

test('an ffmpeg that is not there is named', async () => {
  await expect(startSimulator({ ...parseSimulatorUrl(quick), ffmpeg: '/nowhere/ffmpeg' })).rejects.toMatchObject({
    code: 'no-ffmpeg',
    message: expect.stringContaining('/nowhere/ffmpeg') as string,
  });
});

test('a simulator that crashes is named, with its reason, and harms nobody else', async () => {
  const schedule = [null as never];
  await expect(startSimulator({ ...parseSimulatorUrl(quick), schedule, ffmpeg: 'ffmpeg' })).rejects.toMatchObject({
    name: 'CameraError',
    code: 'crashed',
    message: expect.stringMatching(/^The simulator crashed: .*null/),
  });
});

test('the command says where the camera is and what happens, until it is stopped', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  await simulate({ ...parseSimulatorUrl(quick), ffmpeg: 'ffmpeg', signal: stop.signal }, (line) => {
    lines.push(line);
    if (lines.length === 2) stop.abort();
  });
  expect(lines.some((line) => /^A simulated camera is at rtsp:\/\/127\.0\.0\.1:\d+\/walkway$/.test(line))).toBe(true);
  expect(lines.some((line) => /^vehicle from \d{4}-.*Z to \d{4}-.*Z$/.test(line))).toBe(true);
});

test('a simulator whose worker dies serves again on the same port', async () => {
  const workers: Worker[] = [];
  const open = (workerData: SimulatorTask): Worker => {
    const worker = new Worker(path.resolve('dist/simulate/simulator-worker.js'), { workerData });
    workers.push(worker);
    return worker;
  };
  const simulator = await startSimulator(
    { ...parseSimulatorUrl(quick), ffmpeg: 'ffmpeg' },
    { open, restartDelayMs: 1 },
  );
  await workers[0]?.terminate();
  await waitUntil('another worker is there', () => expect(workers).toHaveLength(2));
  await once(workers.at(-1)!, 'message');
  const client = new RtspClient(Number(new URL(simulator.url).port));
  await client.play(simulator.url);
  await client.packetsArrived(1);
  client.socket.destroy();
  await simulator.close();
});
