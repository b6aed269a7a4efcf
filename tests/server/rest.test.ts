import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import jpeg from '@julusian/jpeg-turbo';
import { startSynthetic } from './synthetic-feed.ts';
import { alertOf } from '../support/alert-of.ts';
import { cameraOf } from '../support/camera-of.ts';
import { connectViewer } from './test-viewer.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(() => synthetic.close());

const get = async (address: string, init: RequestInit = {}) => {
  const response = await fetch(`http://127.0.0.1:${synthetic.server.port}${address}`, init);
  const type = response.headers.get('content-type') ?? '';
  const body: unknown = type.includes('json') ? await response.json() : Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, type, body };
};

test('lists the cameras, and one by its id', async () => {
  expect((await get('/api/cameras')).body).toEqual([cameraOf('door'), cameraOf('yard', { format: 'gray' })]);
  expect((await get('/api/cameras/yard')).body).toMatchObject({ id: 'yard' });
  expect(await get('/api/cameras/attic')).toMatchObject({ status: 404, body: { code: 'unknown-camera' } });
});

test('hands the alert query on as lists and numbers, and gives back what the store finds', async () => {
  const query =
    'camera=door,yard&kind=anomaly,camera-down&severity=high&verdict=none&minScore=1.5&from=5&to=9&before=a1&limit=3';
  expect((await get(`/api/alerts?${query}`)).body).toEqual([alertOf('a1')]);
  expect((await get('/api/alerts')).status).toBe(200);
  expect(synthetic.feed.queries).toEqual([
    {
      ...{ camera: ['door', 'yard'], kind: ['anomaly', 'camera-down'], severity: ['high'], verdict: 'none' },
      ...{ minScore: 1.5, from: 5, to: 9, before: 'a1', limit: 3 },
    },
    { limit: 100 },
  ]);
});

test.each([
  ...[
    'limit=0',
    'limit=many',
    'limit=1001',
    'from=yesterday',
    'colour=red',
    'camera=a&camera=b',
    'camera=',
    'kind=fire',
  ],
  ...['severity=high,worst', 'verdict=maybe', 'minScore=-1', `camera=${'a,'.repeat(100)}a`],
])('refuses the alert query %s and says what is wrong', async (query) => {
  const { status, body } = await get(`/api/alerts?${query}`);
  expect([status, body]).toEqual([400, { code: 'invalid-query', message: expect.stringMatching(/./) }]);
  expect(synthetic.feed.queries).toEqual([]);
});

test('gives one alert and its snapshot', async () => {
  const options = { width: 8, height: 8, format: jpeg.FORMAT_GRAY, subsampling: jpeg.SAMP_GRAY };
  const picture = jpeg.compressSync(Buffer.alloc(64, 9), options);
  synthetic.feed.snapshot('a1.jpg', picture);
  expect((await get('/api/alerts/a1')).body).toEqual(alertOf('a1'));
  const snapshot = await get('/api/alerts/a1/snapshot.jpg');
  expect([snapshot.status, snapshot.type, snapshot.body]).toEqual([200, 'image/jpeg', picture]);
  expect(snapshot.headers.get('cross-origin-resource-policy')).toBe('same-origin');
});

test.each([
  ['/api/alerts/none', 'unknown-alert'],
  ['/api/alerts/none/snapshot.jpg', 'unknown-alert'],
  ['/api/alerts/a1/snapshot.jpg', 'not-found'],
  ['/api/alerts/none/export.zip', 'unknown-alert'],
  ['/api/alerts?before=none', 'unknown-alert'],
  ['/api/nothing', 'not-found'],
  ['/%2e%2e/package.json', 'not-found'],
  ['/api/alerts/..%2f..%2fpackage.json/snapshot.jpg', 'unknown-alert'],
  ['/api/alerts/%2e%2e/snapshot.jpg', 'not-found'],
  ['//etc/passwd', 'not-found'],
])('answers %s with 404 and the code %s', async (address, code) => {
  expect(await get(address)).toMatchObject({ status: 404, body: { code, message: expect.stringMatching(/./) } });
});

test.each(['/..%2f..%2fpackage.json', '/..%5c..%5cpackage.json', '/.%2e/.%2e/package.json%00.js'])(
  'refuses %s, which leads out of the page folder',
  async (address) => {
    const { status, body } = await get(address);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toMatchObject({ code: expect.stringMatching(/^(invalid-request|not-found)$/) });
  },
);

test('answers an address that cannot be decoded with 400', async () => {
  expect(await get('/%')).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
});

test('a store that fails gives 500 without its message, which goes to the log', async () => {
  Object.defineProperty(synthetic.feed, 'recorded', {
    get: () => {
      throw new Error('disk /secret/path is gone');
    },
  });
  const { status, body } = await get('/api/alerts');
  expect([status, body]).toEqual([500, { code: 'internal', message: expect.not.stringContaining('secret') }]);
  expect(synthetic.feed.errors.map(({ message }) => message)).toEqual(['disk /secret/path is gone']);
});

test('is alive at once, and ready only when every camera is watched, else it says what is missing', async () => {
  synthetic.feed.isReady = false;
  synthetic.feed.cameras[0] = cameraOf('door', { state: 'failed', message: 'The password is wrong.' });
  synthetic.feed.cameras[1] = cameraOf('yard', { state: 'learning', hasModel: false });
  expect(await get('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  const message = 'door: The password is wrong.; yard: learning, no model yet';
  expect(await get('/ready')).toMatchObject({ status: 503, body: { code: 'not-ready', message } });
  synthetic.feed.isReady = true;
  expect(await get('/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
});

test('lets the page load nothing from elsewhere', async () => {
  const { headers } = await get('/health');
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

const put = async (address: string, body: string, type = 'application/json') =>
  get(address, { method: 'PUT', headers: { 'content-type': type }, body });

test('records a verdict, takes it back, and announces both to every viewer', async () => {
  const viewer = await connectViewer(synthetic.server.port);
  viewer.send({ type: 'subscribe', topic: 'alert' });
  await viewer.settle();
  for (const verdict of ['normal', 'real', null] as const) {
    const judged = alertOf('a1', { verdict });
    expect(await put('/api/alerts/a1/verdict', JSON.stringify({ verdict }))).toMatchObject({
      status: 200,
      body: judged,
    });
    expect(await viewer.take('alert')).toEqual({ type: 'alert', event: 'updated', alert: judged });
    expect((await get('/api/alerts/a1')).body).toEqual(judged);
  }
  await viewer.close();
});

test.each([
  ['no JSON', '{"verdict":', 'application/json', 400],
  ['no body', '', 'application/json', 400],
  ['no verdict', '{}', 'application/json', 400],
  ['an unknown verdict', '{"verdict":"harmless"}', 'application/json', 400],
  ['an unknown field', '{"verdict":"real","by":"me"}', 'application/json', 400],
  ['a body of text', '{"verdict":"real"}', 'text/plain', 415],
  ['a form', 'verdict=real', 'application/x-www-form-urlencoded', 415],
])('refuses a verdict with %s', async (_name, body, type, status) => {
  const answer = await put('/api/alerts/a1/verdict', body, type);
  expect(answer).toMatchObject({ status, body: { code: 'invalid-request', message: expect.stringMatching(/./) } });
  expect(synthetic.feed.recorded).toEqual([alertOf('a1')]);
});

test('refuses a verdict on an alert that there is none of', async () => {
  const answer = await put('/api/alerts/none/verdict', '{"verdict":"real"}');
  expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-alert' } });
});

test('gives the timeline of the last day, unless it is asked for another span', async () => {
  const now = Date.now();
  const { body } = await get('/api/alerts/timeline?buckets=2');
  const { from, to, bucketMs, cameras } = body as { from: number; to: number; bucketMs: number; cameras: object };
  expect([to - from, bucketMs, cameras]).toEqual([
    86_400_000,
    43_200_000,
    { door: { low: [1, 1], medium: [1, 1], high: [1, 1] } },
  ]);
  expect(to).toBeGreaterThanOrEqual(now);
  expect((await get('/api/alerts/timeline?from=10&to=20&camera=door&severity=low,high')).body).toMatchObject({
    ...{ from: 10, to: 20 },
  });
  expect(synthetic.feed.queries.at(-1)).toEqual({ from: 10, to: 20, camera: ['door'], severity: ['low', 'high'] });
});

test.each(['from=9&to=9', 'from=9&to=8', 'buckets=0', 'buckets=1001', 'from=99999999999999'])(
  'refuses the timeline query %s',
  async (query) => {
    expect(await get(`/api/alerts/timeline?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid-query' } });
  },
);

test('deletes one alert, tells every viewer, and knows it no more', async () => {
  const viewer = await connectViewer(synthetic.server.port);
  viewer.send({ type: 'subscribe', topic: 'alert' });
  await viewer.settle();
  expect((await get('/api/alerts/a1', { method: 'DELETE' })).status).toBe(204);
  expect(await viewer.take('alert')).toEqual({ type: 'alert', event: 'deleted', alert: alertOf('a1') });
  expect(await get('/api/alerts/a1', { method: 'DELETE' })).toMatchObject({
    status: 404,
    body: { code: 'unknown-alert' },
  });
  await viewer.close();
});

test('deletes what a filter lets through, and says how many; without a filter, nothing', async () => {
  const remove = async (query: string) => get(`/api/alerts${query}`, { method: 'DELETE' });
  expect(await remove('')).toMatchObject({ status: 400, body: { code: 'invalid-query' } });
  expect(await remove('?limit=5')).toMatchObject({ status: 400, body: { code: 'invalid-query' } });
  expect(synthetic.feed.removed).toEqual([]);
  expect((await remove('?camera=door&verdict=normal')).body).toEqual({ deleted: 1 });
  expect(synthetic.feed.removed).toEqual([{ camera: ['door'], verdict: 'normal' }]);
});

/** The files of a ZIP archive, by name, as unzip gives them. */
const unzipped = (archive: Buffer): Record<string, string> => {
  const file = path.join(synthetic.feed.folder, 'archive.zip');
  writeFileSync(file, archive);
  const program =
    'import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; ' +
    "print(json.dumps({n: z.read(n).decode('latin1') for n in z.namelist()}))";
  return JSON.parse(execFileSync('python3', ['-c', program, file], { encoding: 'utf8' })) as Record<string, string>;
};
const keep = (name: string, text: string): void => {
  const file = path.join(synthetic.feed.folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

test('exports an alert with what is kept of it as a ZIP file', async () => {
  keep('snapshots/a1.jpg', 'picture');
  keep('clips/a1.mp4', 'video'.repeat(100_000));
  keep('footage/a1.frames', 'for learning');
  const { headers, type, body } = await get('/api/alerts/a1/export.zip');
  expect([type, headers.get('content-disposition')]).toEqual([
    'application/zip',
    'attachment; filename="nightjar-alert-a1.zip"',
  ]);
  const { 'alert.json': json = '', ...others } = unzipped(body as Buffer);
  expect(JSON.parse(json)).toEqual(alertOf('a1'));
  expect(others).toEqual({ 'snapshot.jpg': 'picture', 'clip.mp4': 'video'.repeat(100_000) });
});

test('exports the alerts of a filter, each in a folder of its own', async () => {
  synthetic.feed.recorded.push(alertOf('a2', { camera: 'yard' }));
  keep('curves/a2.json', '{}');
  const { body } = await get('/api/alerts/export.zip?severity=medium');
  expect(Object.keys(unzipped(body as Buffer)).sort()).toEqual([
    '2023-11-14T22-13-20Z_door_anomaly_a1/alert.json',
    '2023-11-14T22-13-20Z_yard_anomaly_a2/alert.json',
    '2023-11-14T22-13-20Z_yard_anomaly_a2/scores.json',
  ]);
  expect(synthetic.feed.queries).toEqual([{ severity: ['medium'], limit: 1000 }]);
});

test.each(['from=', 'minScore=', 'to=%20'])('an empty filter deletes nothing: %s', async (query) => {
  expect(await get(`/api/alerts?${query}`, { method: 'DELETE' })).toMatchObject({
    status: 400,
    body: { code: 'invalid-query' },
  });
  expect(synthetic.feed.removed).toEqual([]);
});
