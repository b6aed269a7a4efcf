import { startSynthetic } from './synthetic-feed.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(async () => synthetic.close());

const ask = async (method: string, path: string, body?: object): Promise<[number, unknown]> => {
  const response = await fetch(`http://127.0.0.1:${synthetic.server.port}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return [response.status, await response.json()];
};
const xaddr = 'http://10.0.0.7/onvif/device_service';

test('lists what answers in the network', async () => {
  expect(await ask('GET', '/api/cameras/discover')).toEqual([
    200,
    { devices: [{ name: 'Front door', address: '10.0.0.7', xaddr }] },
  ]);
});

test.each([
  [{ xaddr, username: 'admin', password: 'right' }, 200, { streams: [{ url: 'rtsp://10.0.0.7/main', width: 1920 }] }],
  [{ xaddr, username: 'admin', password: 'wrong' }, 502, { code: 'device-unauthorized', message: 'wrong password' }],
  [{ xaddr: 'http://10.0.0.1/', username: '', password: '' }, 400, { code: 'unknown-device' }],
  [{ xaddr }, 400, { code: 'invalid-request' }],
])('answers the question for streams %j by %d', async (body, status, answer) => {
  expect(await ask('POST', '/api/cameras/discover/streams', body)).toMatchObject([status, answer]);
});
