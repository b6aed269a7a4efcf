import jpeg from '@julusian/jpeg-turbo';
import { alert, camera, startSynthetic } from './synthetic-feed.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(() => synthetic.close());

const get = async (address: string) => {
  const response = await fetch(`http://127.0.0.1:${synthetic.server.port}${address}`);
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
