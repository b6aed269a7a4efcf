import { startSynthetic } from './synthetic-feed.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(async () => synthetic.close());

const get = async (path: string) => fetch(`http://127.0.0.1:${synthetic.server.port}/api/cameras/${path}`);

test('gives the report as a page that runs nothing and loads nothing', async () => {
  const response = await get('door/report');
  expect([response.status, await response.text()]).toEqual([200, '<!doctype html><p>report']);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = response.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('script-src');
});

test('gives the newest picture, which nobody keeps', async () => {
  const response = await get('door/picture.jpg');
  expect([response.status, await response.text()]).toEqual([200, 'jpeg']);
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['yard/report', 'no-model'],
  ['yard/picture.jpg', 'no-picture'],
  ['nowhere/report', 'unknown-camera'],
  ['nowhere/picture.jpg', 'unknown-camera'],
])('there is no %s: %s', async (path, code) => {
  const response = await get(path);
  expect([response.status, await response.json()]).toMatchObject([404, { code }]);
});
