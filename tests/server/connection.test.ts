import { once } from 'node:events';
import net from 'node:net';
import { WebSocket } from 'ws';
import { maxMessageBytes, pictureLayout } from '../../src/server/protocol.ts';
import { livePicture, startSynthetic } from './synthetic-feed.ts';
import { alertOf } from '../support/alert-of.ts';
import { connectViewer } from './test-viewer.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
afterEach(() => synthetic.close());

test.each([
  ['{"type":', 'invalid-json'],
  ['{"type":"subscribe","topic":"everything"}', 'invalid-message'],
  ['{"type":"subscribe","topic":"raw","quality":9}', 'invalid-message'],
  ['{"type":"reboot"}', 'invalid-message'],
  ['[]', 'invalid-message'],
  ['{"type":"subscribe","topic":"raw","camera":"attic"}', 'unknown-camera'],
])('answers %s with the error %s and stays open', async (text, code) => {
  synthetic = await startSynthetic();
  const viewer = await connectViewer(synthetic.server.port);
  viewer.socket.send(text);
  expect(await viewer.take('error')).toEqual({ type: 'error', code, message: expect.stringMatching(/./) });
  await viewer.settle();
  await viewer.close();
});

test('closes a connection that sends a hundred unusable messages', async () => {
  synthetic = await startSynthetic();
  const viewer = await connectViewer(synthetic.server.port);
  for (let count = 0; count <= 100; count++) viewer.socket.send('nonsense');
  expect((await viewer.closed)[0]).toBe(1008);
  expect(viewer.texts.filter(({ type }) => type === 'error')).toHaveLength(100);
});

test('closes a connection that sends a message over the size limit', async () => {
  synthetic = await startSynthetic();
  const viewer = await connectViewer(synthetic.server.port);
  viewer.socket.send(' '.repeat(maxMessageBytes + 1));
  expect((await viewer.closed)[0]).toBe(1009);
});

test.each([
  ['/ws', 'http://evil.example', 403],
  ['/ws', 'null', 403],
  ['/elsewhere', undefined, 404],
])('refuses an upgrade at %s from origin %s with %d', async (path, origin, status) => {
  synthetic = await startSynthetic();
  const socket = new WebSocket(`ws://127.0.0.1:${synthetic.server.port}${path}`, origin ? { origin } : {});
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain(String(status));
});

test('accepts a browser that was given the page by this server', async () => {
  synthetic = await startSynthetic();
  const { port } = synthetic.server;
  const viewer = await connectViewer(port, { origin: `http://127.0.0.1:${port}` });
  expect((await viewer.take('hello')).version).toBe(1);
  await viewer.close();
});

test('keeps a connection that rests for longer than proxies do', async () => {
  synthetic = await startSynthetic();
  const { headers } = await fetch(`http://127.0.0.1:${synthetic.server.port}/health`);
  expect(headers.get('keep-alive')).toBe('timeout=72');
});

test('ends connections whose peer stays silent', async () => {
  synthetic = await startSynthetic({ heartbeatMs: 500 });
  const silent = await connectViewer(synthetic.server.port, { autoPong: false });
  const lively = await connectViewer(synthetic.server.port);
  expect((await silent.closed)[0]).toBe(1006);
  await lively.settle();
  await lively.close();
});

let seed = 1;
const noise = () => (seed = (seed * 16_807) % 2_147_483_647) & 255;
/** Its JPEG has more than 200,000 bytes. */
const { frame } = livePicture('door', 0, { width: 640, height: 480, pixel: noise });

/** Speaks the opening handshake, asks for raw pictures and alerts, and never reads again. */
const connectDeaf = async (port: number): Promise<net.Socket> => {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'data');
  for (const topic of ['raw', 'alert']) {
    const text = Buffer.from(JSON.stringify({ type: 'subscribe', topic }));
    // A masked text frame with the mask 0, which changes nothing.
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
  }
  socket.pause();
  return socket;
};

test('a viewer that reads nothing loses pictures, counted, while another gets every one, and nothing piles up', async () => {
  synthetic = await startSynthetic({ viewerBufferBytes: 256 * 1024 });
  const { port } = synthetic.server;
  const { pictures$, metrics } = synthetic.feed;
  const deaf = await connectDeaf(port);
  const good = await connectViewer(port);
  good.send({ type: 'subscribe', topic: 'raw' });
  await good.settle();

  let sequence = 0;
  const droppedAfter = async (count: number): Promise<number> => {
    for (const end = sequence + count; sequence < end; sequence++) {
      pictures$.next({ frame: { ...frame, sequence } });
      const picture = await good.takePicture('raw');
      expect(picture.readUInt32LE(pictureLayout.sequence)).toBe(sequence);
    }
    const [dropped] = (await metrics.framesDropped.get()).values;
    expect(dropped?.labels).toEqual({ camera: 'door', reason: 'slow-viewer' });
    return dropped?.value ?? 0;
  };
  // 60 of these are more than the kernel keeps for a socket that is not read; after that not one more is kept.
  const dropped = await droppedAfter(60);
  expect(await droppedAfter(20)).toBe(dropped + 20);
  expect(good.texts.filter(({ type }) => type === 'dropped')).toEqual([]);
  deaf.destroy();
  await good.close();
});

test('a viewer that was slow is told how many pictures it lost', async () => {
  synthetic = await startSynthetic({ viewerBufferBytes: 64 * 1024 });
  const viewer = await connectViewer(synthetic.server.port);
  viewer.send({ type: 'subscribe', topic: 'raw' });
  await viewer.settle();
  const { pictures$ } = synthetic.feed;
  // Nobody reads within one turn of the event loop, and the kernel keeps less than 60 of these.
  for (let burst = 0; burst < 60; burst++) pictures$.next({ frame });
  await viewer.settle();
  // Now its answer to the first picture has arrived as well.
  await viewer.settle();
  const received = viewer.pictures.length;
  pictures$.next({ frame });
  expect(await viewer.take('dropped')).toEqual({ type: 'dropped', pictures: 60 - received });
  expect((await synthetic.feed.metrics.framesDropped.get()).values[0]?.value).toBe(60 - received);
  expect(received).toBeLessThan(60);
  await viewer.close();
});

test('alerts reach even a slow viewer, until so much is unsent that it is closed', async () => {
  synthetic = await startSynthetic({ viewerBufferBytes: 1024 });
  const deaf = await connectDeaf(synthetic.server.port);
  const viewers = async () => (await synthetic.feed.metrics.viewers.get()).values[0]?.value;
  expect(await viewers()).toBe(1);
  const other = await connectViewer(synthetic.server.port);
  other.send({ type: 'subscribe', topic: 'alert' });
  await other.settle();
  const long = alertOf('a'.repeat(500_000));
  for (let count = 0; count < 40; count++) {
    synthetic.feed.alerts$.next({ event: 'opened', alert: long });
    expect((await other.take('alert')).alert.id).toHaveLength(500_000);
  }
  // The last thing is a close frame: opcode 8, length, then the code 1013 and the reason.
  let tail = Buffer.alloc(0);
  for await (const chunk of deaf as AsyncIterable<Buffer>) {
    tail = Buffer.concat([tail.subarray(-200), chunk]);
    if (tail.includes('too slow')) break;
  }
  expect(tail.readUInt16BE(tail.indexOf('too slow') - 2)).toBe(1013);
  deaf.destroy();
  await other.close();
});

test('a port in use is a clear error that names it', async () => {
  synthetic = await startSynthetic();
  const { port } = synthetic.server;
  await expect(startSynthetic({ port })).rejects.toMatchObject({
    name: 'ConfigError',
    code: 'invalid',
    message: expect.stringContaining(`port ${port} of 127.0.0.1: another program uses it`),
  });
});

test('closing sends viewers away with 1001 and frees the port, even when one reads nothing', async () => {
  synthetic = await startSynthetic();
  const { port } = synthetic.server;
  const viewer = await connectViewer(port);
  const deaf = await connectDeaf(port);
  await synthetic.server.close();
  expect((await viewer.closed)[0]).toBe(1001);
  deaf.destroy();
  const again = await startSynthetic({ port });
  await again.close();
});
