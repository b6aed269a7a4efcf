import { parentPort, workerData } from 'node:worker_threads';

import { CameraError, messageOf } from '../core/errors.ts';
import { checkSource } from './media-stream.ts';
import { serveRtsp } from './rtsp-server.ts';
import { sceneSource } from './scene-source.ts';
import { createScene } from './scene.ts';
import { scenePath, type SimulatorReply, type SimulatorTask } from './simulator-protocol.ts';

/** Renders and serves one scene until any message arrives. */
const run = async ({ camera, ffmpeg, startAt }: SimulatorTask): Promise<void> => {
  if (parentPort === null) throw new Error('simulator-worker.ts runs only as a worker thread');
  const port = parentPort;
  const post = (reply: SimulatorReply): void => port.postMessage(reply);
  try {
    const source = sceneSource({ scene: createScene(camera), ffmpeg, startAt });
    await checkSource(source);
    const server = await serveRtsp({ port: camera.port, streams: { [scenePath]: source } });
    port.once('message', () => {
      void server.close().then(() => port.close());
    });
    post({ type: 'ready', url: server.url(scenePath) });
  } catch (error) {
    const code = error instanceof CameraError ? error.code : 'crashed';
    post({ type: 'failed', code, message: messageOf(error) });
    port.close();
  }
};

await run(workerData as SimulatorTask);
