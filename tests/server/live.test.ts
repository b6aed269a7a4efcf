import jpeg from '@julusian/jpeg-turbo';
import { pictureLayout } from '../../src/server/protocol.ts';
import { livePicture, prediction, startSynthetic } from './synthetic-feed.ts';
import { alertOf } from '../support/alert-of.ts';
import { cameraOf } from '../support/camera-of.ts';
import { connectViewer } from './test-viewer.ts';
import { waitUntil } from '../support/wait-until.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
let viewer: Awaited<ReturnType<typeof connectViewer>>;

beforeEach(async () => {
  synthetic = await startSynthetic();
  viewer = await connectViewer(synthetic.server.port);
});
afterEach(async () => {
  await viewer.close();
  await synthetic.close();
});

const header = (picture: Buffer) => ({
  camera: picture.readUInt16LE(pictureLayout.camera),
  sequence: picture.readUInt32LE(pictureLayout.sequence),
  capturedAt: picture.readDoubleLE(pictureLayout.capturedAt),
  width: picture.readUInt16LE(pictureLayout.width),
  height: picture.readUInt16LE(pictureLayout.height),
});

test('says hello with the version, the cameras and how pictures can travel', async () => {
  expect(await viewer.take('hello')).toEqual({
    type: 'hello',
    version: 1,
    cameras: ['door', 'yard'],
    transports: ['jpeg'],
  });
});

test('sends only what was subscribed to, and only of those cameras', async () => {
  viewer.send({ type: 'subscribe', topic: 'prediction', camera: 'yard' });
  await viewer.settle();
  synthetic.feed.predictions$.next(prediction('door', 1));
  synthetic.feed.predictions$.next(prediction('yard', 2));
  synthetic.feed.alerts$.next({ event: 'opened', alert: alertOf('a1') });
  await viewer.settle();
  expect(viewer.texts.filter(({ type }) => type !== 'hello')).toEqual([
    {
      type: 'prediction',
      camera: 'yard',
      sequence: 2,
      capturedAt: 1_700_000_000_000.25,
      sentAt: expect.any(Number),
      predScore: 0.5,
      queuedMs: 1,
      inferenceMs: 2,
    },
  ]);
  expect(viewer.pictures).toEqual([]);
});

test('leaves out the score of a prediction that has none', async () => {
  viewer.send({ type: 'subscribe', topic: 'prediction' });
  await viewer.settle();
  const { predScore, ...unscored } = prediction('door', 1);
  synthetic.feed.predictions$.next(unscored);
  expect(predScore).toBe(0.5);
  expect(await viewer.take('prediction')).not.toHaveProperty('predScore');
});

test('stops sending one camera of all after it is unsubscribed', async () => {
  viewer.send({ type: 'subscribe', topic: 'prediction', camera: '*' });
  viewer.send({ type: 'unsubscribe', topic: 'prediction', camera: 'door' });
  await viewer.settle();
  synthetic.feed.predictions$.next(prediction('door', 1));
  synthetic.feed.predictions$.next(prediction('yard', 2));
  expect(await viewer.take('prediction')).toMatchObject({ camera: 'yard' });
});

test('tells the present status at once and every change after', async () => {
  viewer.send({ type: 'subscribe', topic: 'status', camera: 'door' });
  expect((await viewer.take('status')).status).toEqual(cameraOf('door'));
  const failed = cameraOf('door', { state: 'failed', cause: 'unauthorized', message: 'The password is wrong.' });
  synthetic.feed.status$.next(failed);
  expect((await viewer.take('status')).status).toEqual(failed);
});

test('announces an alert as it opens, changes and closes', async () => {
  viewer.send({ type: 'subscribe', topic: 'alert' });
  await viewer.settle();
  for (const event of ['opened', 'updated', 'closed'] as const) {
    synthetic.feed.alerts$.next({ event, alert: alertOf('a1') });
    expect(await viewer.take('alert')).toEqual({ type: 'alert', event, alert: alertOf('a1') });
  }
});

test.each(['rgb24', 'gray'] as const)('sends %s pictures as JPEG of the right size and content', async (format) => {
  viewer.send({ type: 'subscribe', topic: 'raw' });
  viewer.send({ type: 'subscribe', topic: 'denoised' });
  await viewer.settle();
  synthetic.feed.pictures$.next(livePicture('yard', 7, { width: 96, height: 40, format }));
  for (const [kind, brightness] of [
    ['raw', 200],
    ['denoised', 100],
  ] as const) {
    const picture = await viewer.takePicture(kind);
    const expected = { camera: 1, sequence: 7, capturedAt: 1_700_000_000_000.25, width: 96, height: 40 };
    expect(header(picture)).toEqual(expected);
    const file = Buffer.from(picture.subarray(pictureLayout.payload));
    const decoded = jpeg.decompressSync(file, { format: jpeg.FORMAT_RGB });
    expect([decoded.width, decoded.height]).toEqual([96, 40]);
    expect(Math.abs((decoded.data[96 * 20 * 3] ?? 0) - brightness)).toBeLessThanOrEqual(3);
  }
});

test('keeps red red: the channels of rgb24 are not swapped', async () => {
  viewer.send({ type: 'subscribe', topic: 'raw' });
  await viewer.settle();
  const red = { pixel: (_x: number, _y: number, channel: number) => (channel === 0 ? 250 : 10) };
  synthetic.feed.pictures$.next(livePicture('door', 0, red));
  const file = Buffer.from((await viewer.takePicture('raw')).subarray(pictureLayout.payload));
  const [r = 0, g = 0, b = 0] = jpeg.decompressSync(file, { format: jpeg.FORMAT_RGB }).data;
  expect([r > 200, g < 60, b < 60]).toEqual([true, true, true]);
});

test('reads the pixels during the next call, so a reused frame buffer does no harm', async () => {
  viewer.send({ type: 'subscribe', topic: 'raw' });
  await viewer.settle();
  const first = livePicture('door', 0);
  synthetic.feed.pictures$.next(first);
  first.frame.data.fill(0);
  const file = Buffer.from((await viewer.takePicture('raw')).subarray(pictureLayout.payload));
  expect(jpeg.decompressSync(file, { format: jpeg.FORMAT_RGB }).data[0]).toBeGreaterThan(190);
});

test('sends the heat map as bytes where 128 is the threshold, clamped at both ends', async () => {
  viewer.send({ type: 'subscribe', topic: 'heatmap', camera: 'door' });
  await viewer.settle();
  synthetic.feed.predictions$.next(prediction('door', 3));
  const picture = await viewer.takePicture('heatmap');
  expect(header(picture)).toMatchObject({ sequence: 3, width: 3, height: 2 });
  expect([...picture.subarray(pictureLayout.payload)]).toEqual([0, 64, 128, 192, 255, 0]);
});

test('sends no picture for what a prediction does not hold', async () => {
  viewer.send({ type: 'subscribe', topic: 'denoised' });
  viewer.send({ type: 'subscribe', topic: 'heatmap' });
  await viewer.settle();
  const { denoised, ...raw } = livePicture('door', 1);
  const { anomalyMap, ...bare } = prediction('door', 1);
  synthetic.feed.pictures$.next(raw);
  synthetic.feed.predictions$.next(bare);
  await viewer.settle();
  expect([denoised && anomalyMap ? 'full' : 'empty', viewer.pictures]).toEqual(['full', []]);
});

test('tells what is watched for as long as somebody watches it', async () => {
  const { demand } = synthetic.feed;
  const watched = () => ['door', 'yard'].filter((id) => demand.wants(id, 'denoised'));
  viewer.send({ type: 'subscribe', topic: 'denoised' });
  viewer.send({ type: 'subscribe', topic: 'denoised', camera: 'door' });
  viewer.send({ type: 'subscribe', topic: 'heatmap' });
  await viewer.settle();
  expect(watched()).toEqual(['door', 'yard']);
  expect(demand.wants('door', 'raw')).toBe(false);
  viewer.send({ type: 'unsubscribe', topic: 'denoised', camera: 'door' });
  await viewer.settle();
  expect(watched()).toEqual(['yard']);
  await viewer.close();
  await waitUntil('nothing is watched', () => expect(watched()).toEqual([]));
});

test('pushes the metrics as Prometheus text on subscribing', async () => {
  synthetic.feed.metrics.framesDecoded.inc({ camera: 'door' }, 3);
  viewer.send({ type: 'subscribe', topic: 'metrics' });
  expect((await viewer.take('metrics')).text).toContain('nightjar_frames_decoded_total{camera="door"} 3');
});

test('counts open viewers', async () => {
  const value = async () => (await synthetic.feed.metrics.viewers.get()).values[0]?.value;
  const other = await connectViewer(synthetic.server.port);
  expect(await value()).toBe(2);
  await other.close();
  await viewer.settle();
  expect(await value()).toBe(1);
});

test('a camera whose frame cannot be encoded loses that picture, and nobody else loses anything', async () => {
  for (const topic of ['raw', 'heatmap', 'prediction'] as const) viewer.send({ type: 'subscribe', topic });
  await viewer.settle();
  const broken = livePicture('door', 1);
  synthetic.feed.pictures$.next({ ...broken, frame: { ...broken.frame, data: new Uint8Array(3) } });
  synthetic.feed.predictions$.next(prediction('door', 1));
  synthetic.feed.pictures$.next(livePicture('yard', 2));
  expect(await viewer.take('prediction')).toMatchObject({ camera: 'door' });
  expect(header(await viewer.takePicture('heatmap')).sequence).toBe(1);
  expect(header(await viewer.takePicture('raw')).sequence).toBe(2);
  expect(synthetic.feed.faults).toHaveLength(1);
});

test('a stream that errors and metrics that cannot be read are reported, and the viewers stay', async () => {
  synthetic.feed.alerts$.error(new Error('no more alerts'));
  synthetic.feed.metrics.registry.metrics = async () => Promise.reject(new Error('no metrics'));
  viewer.send({ type: 'subscribe', topic: 'metrics' });
  await viewer.settle();
  expect(synthetic.feed.faults).toEqual([new Error('no more alerts'), new Error('no metrics')]);
});

test('says while the scene changes that the score means nothing', async () => {
  viewer.send({ type: 'subscribe', topic: 'prediction' });
  await viewer.settle();
  synthetic.feed.predictions$.next(prediction('door', 1, {}, { sceneChange: true }));
  expect(await viewer.take('prediction')).toMatchObject({ sceneChange: true });
  synthetic.feed.predictions$.next(prediction('door', 2, {}, { sceneChange: false }));
  expect(await viewer.take('prediction')).not.toHaveProperty('sceneChange');
});

test('says hello again when cameras come and go; indexes stay, and "*" takes in the new ones', async () => {
  await viewer.take('hello');
  viewer.send({ type: 'subscribe', topic: 'prediction' });
  viewer.send({ type: 'subscribe', topic: 'status' });
  await viewer.take('status');
  synthetic.feed.cameras = [cameraOf('yard'), cameraOf('lane')];
  synthetic.feed.cameras$.next();
  expect((await viewer.take('hello')).cameras).toEqual(['', 'yard', 'lane']);
  synthetic.feed.predictions$.next(prediction('door', 1));
  synthetic.feed.predictions$.next(prediction('lane', 2));
  expect(await viewer.take('prediction')).toMatchObject({ camera: 'lane', sequence: 2 });
  synthetic.feed.cameras = [cameraOf('door'), cameraOf('lane')];
  synthetic.feed.cameras$.next();
  expect((await viewer.take('hello')).cameras).toEqual(['door', '', 'lane']);
});

test('tells why the pipeline file is not what runs, at once and when it changes', async () => {
  viewer.send({ type: 'subscribe', topic: 'status' });
  expect(await viewer.take('pipeline')).toEqual({ type: 'pipeline', problems: [] });
  synthetic.feed.problems$.next(['site.yaml:4:10 cameras[0].url: expected ...']);
  expect((await viewer.take('pipeline')).problems).toHaveLength(1);
});

test('alerts of a camera that is gone still come to those who want all of them', async () => {
  viewer.send({ type: 'subscribe', topic: 'alert' });
  await viewer.settle();
  synthetic.feed.cameras = [cameraOf('yard')];
  synthetic.feed.cameras$.next();
  synthetic.feed.alerts$.next({ event: 'closed', alert: alertOf('a1', { endAt: 1_700_000_002_000 }) });
  expect(await viewer.take('alert')).toMatchObject({ event: 'closed', alert: { camera: 'door' } });
});
