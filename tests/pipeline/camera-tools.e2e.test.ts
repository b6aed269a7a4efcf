import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import { loadPipeline } from '../../src/config/load.ts';
import { createLog } from '../../src/pipeline/log.ts';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import type { RunningPipeline } from '../../src/pipeline/run-pipeline.ts';
import { parseSimulatorUrl, startSimulator } from '../../src/simulate/simulator.ts';
import { rtspLogin, startRtspServer } from '../support/rtsp-server.ts';
import { waitUntil } from '../support/wait-until.ts';

// What the page does with a camera, with nothing replaced: a running pipeline, ffmpeg, RTSP, training, REST.
jest.setTimeout(240_000);

let folder: string;
let running: RunningPipeline;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-tools-'));
  const file = path.join(folder, 'pipeline.yaml');
  await writeFile(
    file,
    `
cameras:
  - { id: walkway, url: "simulator://walkway?seed=3&width=320&height=180&fps=8&first=1000" }
defaults: { size: 64x40, fps: 8, tasks: [anomaly] }
learning: { automatic: false, maxMinutes: 0.1, validationShare: 0.4, architecture: dense }
server: { port: 0 }
`,
  );
  running = await runPipeline(await loadPipeline(file), { file, log: createLog({ json: true, level: 'silent' }) });
});
afterAll(async () => {
  await running?.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = async (method: string, address: string, body?: object): Promise<Response> =>
  fetch(`${running.url}/api/cameras/${address}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
const answer = async (...request: Parameters<typeof ask>): Promise<unknown> => (await ask(...request)).json();
const until = async (what: string, status: object): Promise<void> =>
  waitUntil(what, async () => expect(await answer('GET', 'walkway')).toMatchObject(status), 120);
const untilLearned = async (): Promise<void> =>
  waitUntil('it has learned', async () => expect(await answer('GET', 'walkway')).not.toHaveProperty('learning'), 120);

test('a camera learns on demand, after a learning that was cancelled, and shows its report and a picture', async () => {
  await until('it is live', { state: 'live' });
  expect(await answer('GET', 'walkway/report')).toMatchObject({ code: 'no-model' });

  expect((await ask('POST', 'walkway/learn', { minutes: 5 })).status).toBe(202);
  await until('it learns', { learning: { stage: 'collecting' } });
  expect(await answer('POST', 'walkway/learn')).toMatchObject({ code: 'already-learning' });
  expect(await answer('DELETE', 'walkway/learn')).not.toHaveProperty('learning');
  // On a slow machine it may have stalled meanwhile, and connects again.
  await until('it is live again', { state: 'live' });

  await ask('POST', 'walkway/learn', { minutes: 0.1, fresh: true });
  await untilLearned();
  await until('it works', { state: 'live', hasModel: true, working: ['anomaly'] });

  // Learning goes on from there; cancelled in the training, it leaves the model.
  await ask('POST', 'walkway/learn', { minutes: 0.1 });
  await until('it trains', { learning: { stage: 'training' } });
  const kept = await answer('DELETE', 'walkway/learn');
  expect(kept).toMatchObject({ hasModel: true });
  expect(kept).not.toHaveProperty('learning');
  await until('it is live again', { state: 'live' });

  const pages = await Promise.all([ask('GET', 'walkway/report'), ask('GET', 'walkway/report')]);
  const [first, second] = await Promise.all(pages.map(async (page) => page.text()));
  expect(first).toContain('Why the threshold is where it is');
  expect(second).toBe(first);

  const picture = await ask('GET', 'walkway/picture.jpg');
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await picture.arrayBuffer()).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
});

test('a probe tells what a camera sends and shows at most 640 pixels of its width', async () => {
  const { path: program } = await findFfmpeg();
  const url = 'simulator://walkway?width=800&height=448&fps=4';
  const simulator = await startSimulator({ ...parseSimulatorUrl(url), ffmpeg: program });
  try {
    const seen = (await answer('POST', 'probe', { url: simulator.url })) as { picture: string };
    expect(seen).toMatchObject({ ok: true, codec: 'h264', width: 800, height: 448 });
    const jpeg = Buffer.from(seen.picture.replace('data:image/jpeg;base64,', ''), 'base64');
    // SOF0: 8 bits, 358 x 640.
    expect(jpeg.toString('hex')).toContain('ffc000110801660280');
  } finally {
    await simulator.close();
  }
});

test('a probe with a wrong password is unauthorized, and shows no password', async () => {
  const server = await startRtspServer({ auth: 'digest' });
  try {
    const url = `rtsp://${rtspLogin.user}:wr0ngpass@127.0.0.1:${server.port}/pattern`;
    const seen = await answer('POST', 'probe', { url });
    expect(seen).toMatchObject({ ok: false, cause: 'unauthorized' });
    expect(JSON.stringify(seen)).not.toContain('wr0ngpass');
  } finally {
    await server.stop();
  }
});
