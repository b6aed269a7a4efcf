import jpeg from '@julusian/jpeg-turbo';
import { alert, camera, startSynthetic } from './synthetic-feed.ts';
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
  expect((await get('/api/cameras')).body).toEqual([camera('door'), camera('yard', { format: 'gray' })]);
  expect((await get('/api/cameras/yard')).body).toMatchObject({ id: 'yard' });
  expect(await get('/api/cameras/attic')).toMatchObject({ status: 404, body: { code: 'unknown-camera' } });
});

test('hands the alert query on as numbers, and gives back what the store finds', async () => {
  expect((await get('/api/alerts?camera=door&from=5&to=9&limit=3')).body).toEqual([alert('a1')]);
  expect((await get('/api/alerts')).status).toBe(200);
  expect(synthetic.feed.queries).toEqual([{ camera: 'door', from: 5, to: 9, limit: 3 }, { limit: 100 }]);
});

test.each(['limit=0', 'limit=many', 'limit=1001', 'from=yesterday', 'colour=red', 'camera=a&camera=b'])(
  'refuses the alert query %s and says what is wrong',
  async (query) => {
    const { status, body } = await get(`/api/alerts?${query}`);
    expect([status, body]).toEqual([400, { code: 'invalid-query', message: expect.stringMatching(/./) }]);
    expect(synthetic.feed.queries).toEqual([]);
  },
);

test('gives one alert and its snapshot', async () => {
  const options = { width: 8, height: 8, format: jpeg.FORMAT_GRAY, subsampling: jpeg.SAMP_GRAY };
  const picture = jpeg.compressSync(Buffer.alloc(64, 9), options);
  synthetic.feed.snapshot('a1.jpg', picture);
  expect((await get('/api/alerts/a1')).body).toEqual(alert('a1'));
  const snapshot = await get('/api/alerts/a1/snapshot.jpg');
  expect([snapshot.status, snapshot.type, snapshot.body]).toEqual([200, 'image/jpeg', picture]);
  expect(snapshot.headers.get('cross-origin-resource-policy')).toBe('same-origin');
});

test.each([
  ['/api/alerts/none', 'unknown-alert'],
  ['/api/alerts/none/snapshot.jpg', 'unknown-alert'],
  ['/api/alerts/a1/snapshot.jpg', 'not-found'],
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
  synthetic.feed.cameras[0] = camera('door', { state: 'failed', message: 'The password is wrong.' });
  synthetic.feed.cameras[1] = camera('yard', { state: 'learning', hasModel: false });
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
    const judged = alert('a1', { verdict });
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
  expect(synthetic.feed.recorded).toEqual([alert('a1')]);
});

test('refuses a verdict on an alert that there is none of', async () => {
  const answer = await put('/api/alerts/none/verdict', '{"verdict":"real"}');
  expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-alert' } });
});
