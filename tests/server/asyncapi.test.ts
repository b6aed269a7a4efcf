import { asyncApi } from '../../src/server/asyncapi.ts';
import { clientMessage, serverMessage } from '../../src/server/protocol.ts';
import { fakeSpawner } from '../video/fake-encoder.ts';
import { messageProblem } from './message-problem.ts';
import { livePicture, prediction, startSynthetic } from './synthetic-feed.ts';
import { alertOf } from '../support/alert-of.ts';
import { cameraOf } from '../support/camera-of.ts';
import { connectViewer } from './test-viewer.ts';

test('describes every message that the server takes and sends, each with a schema', () => {
  const { components, channels, operations } = asyncApi('cookie') as unknown as {
    components: { messages: Record<string, unknown>; schemas: Record<string, unknown> };
    channels: { live: { messages: Record<string, unknown> } };
    operations: Record<'send' | 'receive', { messages: { $ref: string }[] }>;
  };
  const sent = serverMessage.options.map(({ shape }) => shape.type.value as string);
  const received = clientMessage.options.map(({ shape }) => shape.type.value as string);
  const names = (action: 'send' | 'receive') => operations[action].messages.map(({ $ref }) => $ref.split('/').at(-1));
  expect(names('receive')).toEqual(received);
  expect(names('send')).toEqual([...sent, 'picture']);
  expect(Object.keys(channels.live.messages).sort()).toEqual([...sent, ...received, 'picture'].sort());
  expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining([...sent, ...received]));
});

test.each([
  [{ type: 'hello' }, false],
  [{ type: 'pong' }, true],
  [{ type: 'pong', extra: 1 }, false],
  [{ type: 'alert', event: 'exploded', alert: alertOf('a') }, false],
  [{ type: 'alert', event: 'opened', alert: alertOf('a') }, true],
  [{ type: 'reboot' }, false],
])('its schemas tell that %j is right: %s', (message, isRight) => {
  expect(messageProblem(message) === undefined).toBe(isRight);
});

test('every kind of message of a running server is as described', async () => {
  const video = fakeSpawner();
  const synthetic = await startSynthetic({ spawnEncoder: video.spawn, metricsIntervalMs: 50 });
  const viewer = await connectViewer(synthetic.server.port);
  const { feed } = synthetic;
  for (const topic of ['status', 'prediction', 'alert', 'metrics'] as const) viewer.send({ type: 'subscribe', topic });
  viewer.send({ type: 'subscribe', topic: 'raw', camera: 'door', transport: 'h264' });
  viewer.socket.send('nonsense');
  await viewer.settle();
  feed.status$.next(
    cameraOf('door', {
      cause: 'stalled',
      message: 'No picture for 10 s.',
      learning: { stage: 'training', fraction: 0.5, loss: 0.1, framesPerSecond: 20, secondsLeft: 60 },
      publish: { url: 'rtsp://***@host/live', kind: 'denoised', isUp: false, message: 'refused' },
    }),
  );
  feed.predictions$.next(prediction('door', 1, {}, { sceneChange: true }));
  feed.alerts$.next({ event: 'opened', alert: alertOf('a2', { verdict: 'real', endAt: 5 }) });
  feed.pictures$.next(livePicture('door', 7));
  video.encoder().begin();
  video.encoder().give(0x65, true);
  const seen = new Set<string>();
  // `take` fails on a message that is not as described.
  for (const type of ['hello', 'status', 'prediction', 'alert', 'metrics', 'error', 'video'] as const)
    seen.add((await viewer.take(type)).type);
  expect(seen.size).toBe(7);
  await viewer.close();
  await synthetic.close();
});
