import { pictureCodings, pictureLayout } from '../../src/server/protocol.ts';
import { fakeSpawner } from '../video/fake-encoder.ts';
import { record } from '../video/flv-bytes.ts';
import { livePicture, prediction, startSynthetic } from './synthetic-feed.ts';
import { alertOf } from '../support/alert-of.ts';
import { connectViewer } from './test-viewer.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
let video: ReturnType<typeof fakeSpawner>;

beforeEach(async () => {
  video = fakeSpawner();
  synthetic = await startSynthetic({ spawnEncoder: video.spawn });
});
afterEach(() => synthetic.close());

const connect = async (topic: 'raw' | 'denoised' | 'colorized' | 'heatmap' = 'raw', camera = 'door') => {
  const viewer = await connectViewer(synthetic.server.port);
  viewer.send({ type: 'subscribe', topic, camera, transport: 'h264' });
  await viewer.settle();
  return viewer;
};
const codingOf = (picture: Buffer): number => picture.readUInt8(pictureLayout.coding);
const sequenceOf = (picture: Buffer): number => picture.readUInt32LE(pictureLayout.sequence);

test('sends the configuration, then each coded picture with its frame', async () => {
  const viewer = await connect();
  synthetic.feed.pictures$.next(livePicture('door', 7));
  synthetic.feed.pictures$.next(livePicture('yard', 8));
  synthetic.feed.pictures$.next(livePicture('door', 9));
  expect(video.encoders).toHaveLength(1);
  expect([video.encoder().shape, video.encoder().fps]).toEqual([{ width: 64, height: 48, format: 'rgb24' }, 10]);
  video.encoder().begin();
  video.encoder().give(0x65, true);
  video.encoder().give(0x41);
  expect(await viewer.take('video')).toEqual({
    type: 'video',
    topic: 'raw',
    camera: 'door',
    codec: 'avc1.42C01F',
    description: record.toString('base64'),
    width: 64,
    height: 48,
  });
  const [key, delta] = [await viewer.takePicture('raw'), await viewer.takePicture('raw')];
  expect([codingOf(key), codingOf(delta)]).toEqual([pictureCodings.key, pictureCodings.delta]);
  expect([sequenceOf(key), sequenceOf(delta)]).toEqual([7, 9]);
  expect(key.readDoubleLE(pictureLayout.capturedAt)).toBe(1_700_000_000_000.25);
  expect([...key.subarray(pictureLayout.payload)]).toEqual([0, 0, 0, 1, 0x65]);
  await viewer.settle();
  expect(viewer.texts.filter(({ type }) => type === 'video')).toEqual([]);
  await viewer.close();
});

test('all viewers of a feed share its encoder, and who comes late sees the last group of pictures at once', async () => {
  const first = await connect();
  synthetic.feed.pictures$.next(livePicture('door', 1));
  synthetic.feed.pictures$.next(livePicture('door', 2));
  video.encoder().begin();
  video.encoder().give(0x65, true);
  video.encoder().give(0x41);
  const late = await connect();
  expect((await late.take('video')).codec).toBe('avc1.42C01F');
  expect([sequenceOf(await late.takePicture('raw')), sequenceOf(await late.takePicture('raw'))]).toEqual([1, 2]);
  expect(video.encoders).toHaveLength(1);
  await first.close();
  await late.close();
});

test('each kind has an encoder of its own, fed with the pictures of that kind, while somebody watches it', async () => {
  expect(video.encoders).toEqual([]);
  const viewer = await connect('denoised');
  viewer.send({ type: 'subscribe', topic: 'colorized', camera: 'door', transport: 'h264' });
  await viewer.settle();
  expect(synthetic.feed.demand.wants('door', 'denoised')).toBe(true);
  synthetic.feed.pictures$.next(livePicture('door', 1));
  const colorized = new Uint8Array(64 * 48 * 3).fill(50);
  synthetic.feed.predictions$.next(prediction('door', 2, {}, { colorized }));
  expect(video.encoders.map(({ written }) => written)).toEqual([[100], [50]]);
  await viewer.close();
});

test('the same viewer changes from JPEG to H.264 and back, and never gets both', async () => {
  const viewer = await connectViewer(synthetic.server.port);
  for (const transport of ['jpeg', 'h264', 'jpeg'] as const) {
    viewer.send({ type: 'subscribe', topic: 'raw', camera: 'door', transport });
    await viewer.settle();
    synthetic.feed.pictures$.next(livePicture('door', 1));
    await viewer.settle();
  }
  expect(video.encoders).toHaveLength(1);
  expect(viewer.pictures.map(codingOf)).toEqual([pictureCodings.whole, pictureCodings.whole]);
  await viewer.close();
});

test('a heat map is never video', async () => {
  const viewer = await connect('heatmap');
  synthetic.feed.predictions$.next(prediction('door', 3));
  expect(codingOf(await viewer.takePicture('heatmap'))).toBe(pictureCodings.whole);
  await viewer.close();
});

test('a viewer that is behind loses pictures up to the next key frame, counted', async () => {
  await synthetic.close();
  synthetic = await startSynthetic({ spawnEncoder: video.spawn, viewerBufferBytes: 2 ** 20 });
  const viewer = await connect();
  viewer.send({ type: 'subscribe', topic: 'alert' });
  await viewer.settle();
  for (let sequence = 0; sequence < 4; sequence++) synthetic.feed.pictures$.next(livePicture('door', sequence));
  video.encoder().begin();
  video.encoder().give(0x65, true);
  expect(sequenceOf(await viewer.takePicture('raw'))).toBe(0);
  // More than the kernel keeps, which nobody reads within one turn of the event loop.
  synthetic.feed.alerts$.next({ event: 'opened', alert: alertOf('a'.repeat(5_000_000)) });
  video.encoder().give(0x41);
  await viewer.take('alert');
  await viewer.settle();
  video.encoder().give(0x41);
  video.encoder().give(0x65, true);
  expect(sequenceOf(await viewer.takePicture('raw'))).toBe(3);
  expect(await viewer.take('dropped')).toEqual({ type: 'dropped', pictures: 2 });
  const [dropped] = (await synthetic.feed.metrics.framesDropped.get()).values;
  expect(dropped).toEqual({ labels: { camera: 'door', reason: 'slow-viewer' }, value: 2 });
  await viewer.close();
});

test('a dead encoder is reported and harms neither JPEG nor the other feeds', async () => {
  const viewer = await connect();
  viewer.send({ type: 'subscribe', topic: 'denoised', camera: 'door' });
  await viewer.settle();
  synthetic.feed.pictures$.next(livePicture('door', 1));
  video.encoder().die('out of memory');
  await viewer.settle();
  synthetic.feed.pictures$.next(livePicture('door', 2));
  expect(sequenceOf(await viewer.takePicture('denoised'))).toBe(1);
  expect(sequenceOf(await viewer.takePicture('denoised'))).toBe(2);
  expect(synthetic.feed.faults).toEqual([new Error('out of memory')]);
  await viewer.close();
});

test('a server without encoder offers only JPEG, and refuses H.264', async () => {
  await synthetic.close();
  synthetic = await startSynthetic();
  const viewer = await connectViewer(synthetic.server.port);
  expect((await viewer.take('hello')).transports).toEqual(['jpeg']);
  viewer.send({ type: 'subscribe', topic: 'raw', transport: 'h264' });
  expect(await viewer.take('error')).toMatchObject({ code: 'no-h264' });
  await viewer.close();
});

test('closing the server ends its encoders', async () => {
  const viewer = await connect();
  synthetic.feed.pictures$.next(livePicture('door', 1));
  await synthetic.server.close();
  expect(video.encoder().signals).toEqual(['SIGTERM']);
  await viewer.closed;
});
