import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { CameraStatus } from '../../src/core/status.ts';
import { parseSimulatorUrl, startSimulator } from '../../src/simulate/simulator.ts';
import { connectViewer } from '../server/test-viewer.ts';
import { ffmpegChildren, isRunning } from '../support/child-processes.ts';
import { runNightjar } from '../support/run-nightjar.ts';
import type { RunningNightjar } from '../support/run-nightjar.ts';
import { waitUntil } from '../support/wait-until.ts';

// The product as it runs: cameras come, change, rest and go through REST and by hand, while a viewer watches another one.
jest.setTimeout(180_000);

const file = `# My site
cameras:
  - id: yard # the one that is watched
    url: "simulator://walkway?seed=3&width=320&height=180&fps=8"

  # by the street
  - id: door
    url:   "simulator://walkway?seed=4&width=320&height=180&fps=8"   # a simulated one
defaults:   { size: 128x72, fps: 8, tasks: [anomaly] }
learning: { automatic: false }
server: { port: 0 }
`;

let folder: string;
let pipeline: string;
let nightjar: RunningNightjar;
let url: string;
let street: Awaited<ReturnType<typeof startSimulator>>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-changing-'));
  pipeline = path.join(folder, 'site.yaml');
  writeFileSync(pipeline, file);
  street = await startSimulator({
    ...parseSimulatorUrl('simulator://walkway?seed=5&width=320&height=180&fps=8'),
    ffmpeg: (await findFfmpeg()).path,
  });
  nightjar = await runNightjar(pipeline);
  ({ url } = nightjar);
});
afterAll(async () => {
  await nightjar.kill();
  await street.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = async (method: string, where: string, body?: object): Promise<{ status: number; json: unknown }> => {
  const answer = await fetch(new URL(`/api/${where}`, url), {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
};

const cameras = async (): Promise<CameraStatus[]> => (await ask('GET', 'cameras')).json as CameraStatus[];
const untilCamera = async (id: string, state: CameraStatus['state'], changes: Partial<CameraStatus> = {}) => {
  const wanted: unknown = expect.objectContaining({ id, state, ...changes });
  await waitUntil(`${id} is ${state}`, async () => expect(await cameras()).toContainEqual(wanted));
};

test('cameras come, change, rest and go while the one next to them loses no frame', async () => {
  await untilCamera('yard', 'live');
  await untilCamera('door', 'live');
  const viewer = await connectViewer(Number(new URL(url).port));
  viewer.send({ type: 'subscribe', topic: 'prediction', camera: 'yard' });
  viewer.send({ type: 'subscribe', topic: 'raw', camera: 'yard' });
  viewer.send({ type: 'subscribe', topic: 'status' });
  await viewer.takePicture('raw');

  const added = await ask('POST', 'cameras', { id: 'street', url: street.url, mask: [[[0, 0], [1, 0], [1, 0.2]]] }); // prettier-ignore
  expect(added).toMatchObject({ status: 201, json: { id: 'street', width: 128, height: 72 } });
  await untilCamera('street', 'live');
  expect((await ask('POST', 'cameras', { id: 'street', url: street.url })).status).toBe(409);

  expect(await ask('PATCH', 'cameras/street', { size: '64x40', fps: 4 })).toMatchObject({
    status: 200,
    json: { fps: 4 },
  });
  await untilCamera('street', 'live', { width: 64, height: 40 });
  expect(await ask('PATCH', 'cameras/street', { size: '63x40' })).toMatchObject({
    status: 400,
    json: { code: 'invalid-settings', message: expect.stringContaining('expected WIDTHxHEIGHT') as string },
  });

  const before = ffmpegChildren(nightjar.pid);
  expect(await ask('POST', 'cameras/street/pause')).toMatchObject({ status: 200, json: { state: 'paused' } });
  expect(readFileSync(pipeline, 'utf8')).toContain('paused: true');
  await waitUntil('its ffmpeg is gone', () => expect(before.filter(isRunning)).toHaveLength(before.length - 1));
  expect((await ask('POST', 'cameras/street/resume')).status).toBe(200);
  await untilCamera('street', 'live');

  expect((await ask('DELETE', 'cameras/street')).status).toBe(204);
  expect((await ask('GET', 'cameras/street')).status).toBe(404);
  // The file is as it was, comments and spaces and all.
  expect(readFileSync(pipeline, 'utf8')).toBe(file);
  expect(await (await fetch(new URL('/metrics', url))).text()).not.toContain('camera="street"');

  await viewer.settle();
  const hellos = viewer.texts.flatMap((text) => (text.type === 'hello' ? [text.cameras] : []));
  expect(hellos).toEqual([
    ['yard', 'door'],
    ['yard', 'door', 'street'],
    ['yard', 'door', ''],
  ]);
  const sequences = viewer.texts.flatMap((text) => (text.type === 'prediction' ? [text.sequence] : []));
  expect(sequences.length).toBeGreaterThan(20);
  expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
  await viewer.close();
});

test('what is edited by hand is applied to that camera; what is not right is refused and shown, and all goes on', async () => {
  const viewer = await connectViewer(Number(new URL(url).port));
  viewer.send({ type: 'subscribe', topic: 'status' });
  expect(await viewer.take('pipeline')).toMatchObject({ problems: [] });

  writeFileSync(pipeline, file.replace('fps: 8,', 'fps: 800,'));
  const { problems } = await viewer.take('pipeline');
  expect(problems).toEqual([expect.stringMatching(/^site\.yaml:9:\d+ defaults\.fps: expected a number above 0, up to 60, found 800$/)]); // prettier-ignore
  expect(await ask('GET', 'pipeline')).toMatchObject({ json: { file: 'site.yaml', canWrite: true, problems } });
  expect((await ask('PATCH', 'cameras/door', { fps: 3 })).status).toBe(400);
  expect((await cameras()).map(({ id, fps, state }) => [id, fps, state])).toEqual([
    ['yard', 8, 'live'],
    ['door', 8, 'live'],
  ]);

  const [yard] = await cameras();
  const frames = viewer.texts.length;
  writeFileSync(pipeline, file.replace('# a simulated one', '# a simulated one\n    fps: 5'));
  await untilCamera('door', 'live', { fps: 5 });
  expect(await viewer.take('pipeline')).toMatchObject({ problems: [] });
  expect((await cameras())[0]).toEqual(yard);
  // Nothing was said of the other one, since nothing became of it.
  const said = viewer.texts.slice(frames).flatMap((text) => (text.type === 'status' ? [text.status.id] : []));
  expect(new Set(said)).toEqual(new Set(['door']));
  await viewer.close();
});

test('the last camera may go, and no process is left afterwards', async () => {
  for (const id of ['yard', 'door']) expect((await ask('DELETE', `cameras/${id}`)).status).toBe(204);
  expect(await cameras()).toEqual([]);
  expect((await fetch(new URL('/ready', url))).status).toBe(200);
  expect(readFileSync(pipeline, 'utf8')).toContain('cameras: []');
  await waitUntil('no ffmpeg runs', () => expect(ffmpegChildren(nightjar.pid)).toEqual([]));
  expect((await ask('POST', 'cameras', { id: 'street', url: street.url })).status).toBe(201);
  await untilCamera('street', 'live');
  const children = ffmpegChildren(nightjar.pid);
  expect(children).toHaveLength(1);

  expect(await nightjar.kill('SIGINT')).toBe(0);
  expect(children.some(isRunning)).toBe(false);
});
