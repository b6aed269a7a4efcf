import { startSynthetic } from './synthetic-feed.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(async () => synthetic.close());

const probe = async (body: unknown): Promise<[number, unknown]> => {
  const response = await fetch(`http://127.0.0.1:${synthetic.server.port}/api/cameras/probe`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return [response.status, await response.json()];
};

test('gives what the look at the camera gave, over TCP unless asked otherwise', async () => {
  const asked: unknown[] = [];
  const failure = { ok: false, cause: 'unauthorized', message: 'user name or password is wrong' } as const;
  synthetic.feed.probe = (source) => (asked.push(source), Promise.resolve(failure));
  expect(await probe({ url: 'rtsp://a:b@10.0.0.7/live' })).toEqual([200, failure]);
  const seen = { ok: true, codec: 'h264', width: 640, height: 360, picture: 'data:image/jpeg;base64,AQID' } as const;
  synthetic.feed.probe = (source) => (asked.push(source), Promise.resolve(seen));
  expect(await probe({ url: 'rtsp://10.0.0.7/live', transport: 'udp' })).toEqual([200, seen]);
  expect(asked).toEqual([
    { url: 'rtsp://a:b@10.0.0.7/live', transport: 'tcp' },
    { url: 'rtsp://10.0.0.7/live', transport: 'udp' },
  ]);
});

test('says that it is busy', async () => {
  expect(await probe({ url: 'rtsp://10.0.0.7/live' })).toMatchObject([429, { code: 'too-busy' }]);
});

test.each(['file:///etc/passwd', '/dev/video0', 'rtsp://a b/', 'concat:a|b', 'rtsp://${SECRET}@evil/', '-i'])(
  'takes no %s, and does not repeat it',
  async (url) => {
    synthetic.feed.probe = () => Promise.reject(new Error('not to be asked'));
    const [status, answer] = await probe({ url });
    expect([status, answer]).toMatchObject([400, { code: 'invalid-request' }]);
    expect(JSON.stringify(answer)).not.toContain(url);
  },
);
