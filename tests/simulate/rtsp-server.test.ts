import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { fileSource } from '../../src/simulate/file-source.ts';
import type { MediaSink, MediaSource } from '../../src/simulate/media-stream.ts';
import { serveRtsp, type RtspServer } from '../../src/simulate/rtsp-server.ts';
import { RtspClient } from './rtsp-client.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-rtsp-'));
const clip = path.join(folder, 'clip.mp4');
const sent: { index: number; timeMs: number }[] = [];
let sink: MediaSink | undefined;
/** A source that gives what the test tells it to. */
const fake: MediaSource = {
  fps: 10,
  open: (opened) => {
    sink = opened;
    opened.parameterSets({ sps: Buffer.from([0x67, 66, 0, 30]), pps: Buffer.from([0x68, 1]) });
    return { close: () => (sink = undefined) };
  },
};
let server: RtspServer;

beforeAll(async () => {
  const pattern = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=15:duration=1'];
  execFileSync('ffmpeg', [...pattern, '-c:v', 'libx264', '-g', '5', '-pix_fmt', 'yuv420p', clip]);
  server = await serveRtsp({
    port: 0,
    streams: { clip: await fileSource({ file: clip, ffmpeg: 'ffmpeg' }), 'site/fake': fake },
    onSend: (stream, index, timeMs) => {
      if (stream === 'clip') sent.push({ index, timeMs });
    },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Bytes of gray frames that ffmpeg decodes from a stream. */
const pull = async (frames: number): Promise<number> => {
  const input = ['-v', 'error', '-nostdin', '-rtsp_transport', 'tcp', '-i', server.url('clip')];
  const output = [
    '-fps_mode',
    'passthrough',
    '-frames:v',
    String(frames),
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    'pipe:1',
  ];
  const { stdout, stderr } = await promisify(execFile)('ffmpeg', [...input, ...output], {
    encoding: 'buffer',
    maxBuffer: 1e8,
  });
  expect(stderr.toString()).toBe('');
  return stdout.length;
};

test('ffmpeg gets frames of the right size, over the end of the file', async () => {
  expect(await pull(25)).toBe(25 * 320 * 180);
});

test('two viewers at once get all frames, and are gone afterwards', async () => {
  expect(await Promise.all([pull(12), pull(20)])).toEqual([12 * 320 * 180, 20 * 320 * 180]);
  while (server.stats('clip').viewers > 0) await new Promise(setImmediate);
});

test('each picture is announced with its number and the time of sending, at the pace of the file', async () => {
  sent.length = 0;
  await pull(20);
  expect(sent.map(({ index }) => index).slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  const [first, last] = [sent[0]?.timeMs ?? 0, sent[15]?.timeMs ?? 0];
  expect(last - first).toBeGreaterThan(990);
});

test.each([
  ['an unknown path', 'DESCRIBE', 'nowhere', {}, 404],
  ['an unknown path in SETUP', 'SETUP', 'nowhere/trackID=0', { Transport: 'RTP/AVP/TCP' }, 404],
  ['UDP', 'SETUP', 'clip/trackID=0', { Transport: 'RTP/AVP;unicast;client_port=5000-5001' }, 461],
  ['PLAY before SETUP', 'PLAY', 'clip', {}, 455],
  ['a method that does not exist', 'RECORD', 'clip', {}, 501],
  ['OPTIONS', 'OPTIONS', 'clip', {}, 200],
  ['GET_PARAMETER', 'GET_PARAMETER', 'clip', {}, 200],
])('%s is answered by its status', async (_name, method, stream, headers, status) => {
  const client = new RtspClient(server.port);
  const response = await client.request(method, server.url(stream), headers);
  expect(response).toMatch(new RegExp(`^RTSP/1.0 ${status} [^\r]+\r\nCSeq: 7\r\n`));
  client.socket.destroy();
});

test('PLAY in the session of somebody else is refused', async () => {
  const client = new RtspClient(server.port);
  await client.request('SETUP', server.url('clip'), { Transport: 'RTP/AVP/TCP;interleaved=0-1' });
  expect(await client.request('PLAY', server.url('clip'), { Session: 'other' })).toMatch(/^RTSP\/1.0 454 /);
  client.socket.destroy();
});

test.each([
  ['no RTSP', 'GET / HTTP/1.1\r\n\r\n'],
  ['a header without a name', 'OPTIONS rtsp://x/ RTSP/1.0\r\n: 1\r\n\r\n'],
  ['an endless line', 'x'.repeat(20_000)],
  ['a body without measure', 'OPTIONS rtsp://x/ RTSP/1.0\r\nContent-Length: lots\r\n\r\n'],
])('%s is answered by 400 and the end of the connection', async (_name, text) => {
  const client = new RtspClient(server.port);
  const closed = once(client.socket, 'close');
  expect(await client.send(text)).toMatch(/^RTSP\/1.0 400 /);
  await closed;
});

test('a request cut into bytes is understood, and interleaved data before it is skipped', async () => {
  const client = new RtspClient(server.port);
  client.socket.setNoDelay(true);
  client.socket.write(Buffer.from([0x24, 1, 0, 3, 1, 2, 3]));
  const request = `OPTIONS ${server.url('clip')} RTSP/1.0\r\nCSeq: 9\r\n\r\n`;
  for (const byte of request.slice(0, -1)) client.socket.write(byte);
  expect(await client.send('\n')).toMatch(/^RTSP\/1.0 200 OK\r\nCSeq: 9\r\nPublic: OPTIONS/);
  client.socket.destroy();
});

test('a viewer who stops reading loses pictures; another one gets all of them', async () => {
  const [stuck, reader] = [new RtspClient(server.port), new RtspClient(server.port)];
  await stuck.play(server.url('site/fake'));
  await reader.play(server.url('site/fake'));
  stuck.socket.pause();
  let pictures = 0;
  const big = Buffer.alloc(1200 * 100, 0x65);
  while (server.stats('site/fake').dropped === 0) {
    sink?.accessUnit({ nals: [big], keyFrame: true, decodeMs: pictures * 100, presentMs: pictures * 100 });
    pictures++;
    await reader.packetsArrived(pictures * Math.ceil((big.length - 1) / 1398));
  }
  expect(server.stats('site/fake')).toEqual({ viewers: 2, dropped: 1 });
  const markers = reader.packets.filter((packet) => ((packet[1] ?? 0) & 0x80) !== 0);
  expect(markers).toHaveLength(pictures);
  for (const client of [stuck, reader]) client.socket.destroy();
  while (server.stats('site/fake').viewers > 0) await new Promise(setImmediate);
  expect(sink).toBeUndefined();
});

test('TEARDOWN ends the connection and stops the source', async () => {
  const client = new RtspClient(server.port);
  await client.play(server.url('site/fake'));
  expect(sink).toBeDefined();
  const closed = once(client.socket, 'close');
  expect(await client.request('TEARDOWN', server.url('site/fake'))).toMatch(/^RTSP\/1.0 200 /);
  await closed;
  expect(sink).toBeUndefined();
});

test('a silent connection is closed after the session time-out', async () => {
  const impatient = await serveRtsp({ port: 0, streams: { fake }, sessionTimeoutMs: 50 });
  const client = new RtspClient(impatient.port);
  await client.play(impatient.url('fake'));
  await once(client.socket, 'close');
  await impatient.close();
  expect(sink).toBeUndefined();
});

test('closing the server closes its connections and frees the port', async () => {
  const first = await serveRtsp({ port: 0, streams: { fake } });
  const client = new RtspClient(first.port);
  await client.play(first.url('fake'));
  const closed = once(client.socket, 'close');
  await first.close();
  await closed;
  expect(sink).toBeUndefined();
  const second = await serveRtsp({ port: first.port, streams: { fake } });
  await second.close();
});

test('a file without H.264 is refused by name', async () => {
  const file = path.join(folder, 'other.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=duration=1', file]);
  await expect(fileSource({ file, ffmpeg: 'ffmpeg' })).rejects.toMatchObject({
    name: 'DataError',
    code: 'unreadable',
    message: `Cannot read ${file} as H.264 video`,
  });
});
