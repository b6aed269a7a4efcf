import { ConfigError, StoreError } from '../../src/core/errors.ts';
import { startSynthetic } from './synthetic-feed.ts';
import { cameraOf } from '../support/camera-of.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(() => synthetic.close());

const ask = async (method: string, address: string, body?: unknown) => {
  const response = await fetch(`http://127.0.0.1:${synthetic.server.port}/api/cameras${address}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};

test('hands changes on as they were given', async () => {
  synthetic.feed.cameras.push(cameraOf('lane'));
  expect(await ask('POST', '', { id: 'attic', url: 'rtsp://attic/live' })).toMatchObject({ status: 404 });
  expect(await ask('PATCH', '/lane', { fps: 8, mask: null, live: { size: '640x360', colour: null } })).toMatchObject({
    status: 200,
    body: { id: 'lane' },
  });
  expect((await ask('POST', '/lane/pause')).status).toBe(200);
  expect((await ask('POST', '/lane/resume')).status).toBe(200);
  expect(await ask('DELETE', '/lane')).toEqual({ status: 204, body: undefined });
  expect(synthetic.feed.changes).toEqual([
    ['add', { id: 'attic', url: 'rtsp://attic/live' }],
    ['change', 'lane', { fps: 8, mask: null, live: { size: '640x360', colour: null } }],
    ['change', 'lane', { paused: true }],
    ['change', 'lane', { paused: null }],
    ['remove', 'lane'],
  ]);
});

test.each([
  ['POST', '', { id: 'door', url: 'rtsp://door/live' }, 409, 'camera-exists'],
  ['POST', '', { id: 'Attic', url: 'rtsp://attic/live' }, 400, 'invalid-settings'],
  ['POST', '', { id: 'attic', url: 'file:///etc/passwd' }, 400, 'invalid-settings'],
  ['POST', '', { id: 'attic', url: 'rtsp://attic/live', model: '/etc' }, 400, 'invalid-settings'],
  ['POST', '', { id: 'attic', url: 'rtsp://attic/live', live: { denoiser: '/etc' } }, 400, 'invalid-settings'],
  ['PATCH', '/door', { url: 'concat:a|b' }, 400, 'invalid-settings'],
  ['PATCH', '/door', { size: 'large' }, 400, 'invalid-settings'],
  ['PATCH', '/attic', { fps: 5 }, 404, 'unknown-camera'],
  ['DELETE', '/attic', undefined, 404, 'unknown-camera'],
  ['POST', '/attic/pause', undefined, 404, 'unknown-camera'],
  ['GET', '/attic/settings', undefined, 404, 'unknown-camera'],
])('refuses %s %s %j with %d %s', async (method, address, body, status, code) => {
  expect(await ask(method, address, body)).toMatchObject({ status, body: { code } });
  expect(synthetic.feed.changes).toEqual([]);
});

test('says why a change cannot be made', async () => {
  synthetic.feed.changeFailure = new ConfigError('invalid', 'cameras[0].size: expected WIDTHxHEIGHT');
  expect(await ask('PATCH', '/door', { fps: 5 })).toEqual({
    status: 400,
    body: { code: 'invalid-settings', message: 'cameras[0].size: expected WIDTHxHEIGHT' },
  });
  synthetic.feed.changeFailure = new StoreError('write-failed', 'site.yaml cannot be written (EROFS)');
  expect(await ask('POST', '/door/pause')).toMatchObject({ status: 409, body: { code: 'read-only' } });
});

test('gives the settings of a camera', async () => {
  expect(await ask('GET', '/door/settings')).toEqual({
    status: 200,
    body: { id: 'door', url: 'rtsp://***@door.local/main' },
  });
});
