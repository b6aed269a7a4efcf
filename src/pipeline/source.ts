import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import { parseSimulatorUrl, startSimulator } from '../simulate/simulator.ts';

/** A camera ready to be opened: a simulated one is running and has an RTSP address. */
export interface OpenSource {
  readonly camera: PipelineCamera;
  close(): Promise<void>;
}

/** Starts the simulator behind a `simulator://` URL; any other camera is taken as it is. */
export const openSource = async (camera: PipelineCamera, ffmpeg: Ffmpeg): Promise<OpenSource> => {
  if (!camera.url.startsWith('simulator:')) return { camera, close: async () => undefined };
  const simulator = await startSimulator({ ...parseSimulatorUrl(camera.url), ffmpeg: ffmpeg.path });
  return { camera: { ...camera, url: simulator.url }, close: async () => simulator.close() };
};
