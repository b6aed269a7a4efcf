// The cameras of the pipeline benchmark, as a process of their own: serves clips over RTSP and remembers when each
// picture was sent. Started by fork with the clips as arguments; answers {url} at once and {sends} when asked.
import { fileSource } from '../simulate/file-source.ts';
import { serveRtsp } from '../simulate/rtsp-server.ts';

const [ffmpeg = 'ffmpeg', count = '1', ...clips] = process.argv.slice(2);

/** By stream: for each picture sent, its number since the stream was opened and the epoch time in ms. */
export type Sends = Record<string, [index: number, timeMs: number][]>;

const sends: Sends = {};
const sources = await Promise.all(clips.map(async (file) => fileSource({ file, ffmpeg })));
const streams = Object.fromEntries(
  Array.from({ length: Number(count) }, (_, index) => [`cam${index}`, sources[index % sources.length]!]),
);
const server = await serveRtsp({
  port: 0,
  streams,
  onSend: (path, index, timeMs) => void (sends[path] ??= []).push([index, timeMs]),
});
process.on('message', () => process.send?.({ sends }));
process.on('disconnect', () => void server.close().then(() => process.exit()));
process.send?.({ url: server.url('') });
