import { fileURLToPath } from 'node:url';
import type { CameraOptions } from '../core/camera.ts';
import { passthrough } from '../core/ffmpeg-program.ts';
import { ConfigError } from '../core/errors.ts';
import type { FrameShape } from '../core/frame.ts';

/** What a command line depends on: option names changed with ffmpeg's version. */
export interface FfmpegCapabilities {
  /** Such as [5, 1]. */
  readonly version: readonly [major: number, minor: number];
}

/**
 * How to start ffmpeg. `input` goes to its stdin, which is then closed: a network camera's URL travels there, as an ffconcat
 * list of one entry, because arguments are shown to everybody by `ps` and the URL holds the password.
 */
export interface FfmpegCommand {
  readonly args: readonly string[];
  readonly input?: string;
  /** Whether live frames come out of pipe 3 while `gateCommand` on stdin lets them; `input` then goes to pipe 4. */
  readonly hasLive?: true;
  /** Whether the coded video comes out of pipe 5 as an MPEG transport stream. */
  readonly hasCoded?: true;
}

/** After this long without an answer or a packet ffmpeg gives up by itself; the watchdog in Node is faster. */
export const networkTimeoutMs = 5000;

/** Lowest delay measured: 138 ms against 337 ms by default (720p15); one thread, because each more delays by a frame. */
const lowDelay = ['-fpsprobesize', '0', '-analyzeduration', '0', '-threads', '1', '-flags', 'low_delay'];
const lowDelayEntries = { fpsprobesize: '0', analyzeduration: '0' };
/** Many HTTP cameras send pictures without times: the time of arrival is theirs. */
const arrivalTime = { use_wallclock_as_timestamps: '1' };
const quiet = ['-hide_banner', '-nostdin', '-nostats', '-loglevel'];
/** ffmpeg takes commands on its stdin unless it is told not to. */
const commanded = quiet.filter((option) => option !== '-nostdin');

const rtspProtocols = 'rtsp,rtsps,rtp,srtp,tcp,udp,tls,crypto';
const httpProtocols = 'http,https,httpproxy,tcp,tls,crypto';

/** HTTP sources that carry their own times and arrive in bursts: read at their own pace. */
const pacedByContent = /\.(m3u8|mp4|mkv|webm|ts|flv|mov)$/i;

/**
 * Frames are limited by dropping: of the frames in one slot of 1/fps seconds the first passes. Unlike the `fps` filter it never
 * repeats a frame after a gap, and a clock set back does not hold frames up. `setpts` gives each frame its own second, since
 * raw video carries no times and ffmpeg complains about repeated ones. `area` scales without aliasing, at the cost of fast_bilinear.
 */
const output = ({ width, height, format }: FrameShape, fps?: number, gate = ''): string[] => {
  const limit = fps === undefined ? '' : `select='not(eq(round(t*${fps}),round(prev_selected_t*${fps})))',`;
  return [
    '-an',
    '-sn',
    '-dn',
    '-vf',
    `${limit}${gate}scale=${width}:${height}:flags=area,format=${format},setpts=N/TB`,
  ];
};

/** Drops every frame while it is enabled (none has such metadata): what is not watched is not even scaled. */
const gate = 'metadata@live=mode=select:key=none:enable=1,';

/**
 * What to write to the stdin of an ffmpeg with live frames to let them pass, or no more. It is heard within 100 ms, and
 * forgotten when the stream changes its size; before the first frame nobody hears it.
 */
export const gateCommand = (isOpen: boolean): string => `cmetadata@live -1 enable ${isOpen ? 0 : 1}\n`;

/**
 * Raw video defaults to a constant rate, which invents frames after a gap, and to an encoder with a thread a core, each of
 * which holds one frame back (15 fps thinned to 5, 2 cores: 272 ms from the sending to the frame; with one thread 71).
 */
const rawVideo = (capabilities: FfmpegCapabilities, pipe: 1 | 3 = 1): string[] => [
  ...passthrough(capabilities),
  ...['-threads', '1', '-f', 'rawvideo', `pipe:${pipe}`],
];

/** A string in an ffconcat list: https://ffmpeg.org/ffmpeg-utils.html#Quoting-and-escaping */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const list = (urls: readonly string[], options: Readonly<Record<string, string>>): string =>
  [
    'ffconcat version 1.0',
    ...urls.flatMap((url) => [
      `file ${quoted(url)}`,
      ...Object.entries(options).map(([key, value]) => `option ${key} ${value}`),
    ]),
    '',
  ].join('\n');

/** Where a list is read from: ffmpeg takes no commands while an input is named `pipe:`, but does with `async:`. */
const listPipes = { stdin: ['pipe', 'pipe:0'], besideCommands: ['async,pipe', 'async:pipe:4'] } as const;

const fromList = (protocols: string, pipe: keyof typeof listPipes = 'stdin'): string[] => {
  const [reading, name] = listPipes[pipe];
  return ['-f', 'concat', '-safe', '0', '-protocol_whitelist', `${reading},${protocols}`, '-i', name];
};

interface NetworkSource {
  readonly protocols: string;
  readonly before: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

/** Where pictures come from, and whether live ones are wanted beside. */
type Input = Pick<CameraOptions, 'url' | 'transport' | 'live'>;

const networkSource = ({ url, transport }: Input): NetworkSource | undefined => {
  if (/^rtsps?:\/\//i.test(url)) {
    const options = { rtsp_transport: transport, ...lowDelayEntries };
    return { protocols: rtspProtocols, before: lowDelay, options };
  }
  if (!/^https?:\/\//i.test(url)) return undefined;
  return pacedByContent.test(url.replace(/[?#].*$/s, ''))
    ? { protocols: httpProtocols, before: ['-re', '-threads', '1'], options: {} }
    : { protocols: httpProtocols, before: lowDelay, options: { ...lowDelayEntries, ...arrivalTime } };
};

const networkInput = (
  { url, live }: Input,
  source: NetworkSource,
  { version: [major] }: FfmpegCapabilities,
): FfmpegCommand => {
  const { protocols, before } = source;
  // Before version 5 the RTSP time-out had another name, and lists could not hold options: the URL is an argument there.
  const timeout = major < 5 && /^rtsp/i.test(url) ? 'stimeout' : 'timeout';
  const options = { [timeout]: `${networkTimeoutMs * 1000}`, ...source.options };
  if (major >= 5)
    return {
      args: [...before, ...fromList(protocols, live ? 'besideCommands' : 'stdin')],
      input: list([url], options),
    };
  const asArgs = Object.entries({ protocol_whitelist: protocols, ...options });
  return { args: [...before, ...asArgs.flatMap(([key, value]) => [`-${key}`, value]), '-i', url] };
};

/** The path of a local source. `file:` in front of it keeps ffmpeg from reading a name as a protocol. */
const localPath = (url: string): string => {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'file') return url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
  if (scheme === undefined) return url;
  throw new ConfigError('invalid', `Expected a camera URL of rtsp, rtsps, http, https or file, got ${scheme}:`);
};

const fileInput = (path: string): string[] => ['-protocol_whitelist', 'file', '-i', `file:${path}`];

const inputOf = (camera: Input, capabilities: FfmpegCapabilities): FfmpegCommand => {
  const { url } = camera;
  if (url === '' || url.startsWith('-') || /[\r\n\0]/.test(url))
    throw new ConfigError('invalid', 'Expected a camera URL or path in one line that does not start with "-"');
  const network = networkSource(camera);
  if (network) return networkInput(camera, network, capabilities);
  const path = localPath(url);
  if (path.startsWith('/dev/video')) return { args: [...lowDelay, '-f', 'v4l2', '-i', path] };
  return { args: ['-threads', '1', '-re', '-stream_loop', '-1', ...fileInput(path)] };
};

interface CommandOptions {
  readonly loglevel?: 'error' | 'verbose';
  readonly withCoded?: boolean;
}

/** Local files whose video can be copied; devices, raw video and pictures give nothing that a browser plays. */
const copiedFiles = /\.(mp4|m4v|mov|mkv|ts|mts|m2ts|flv)$/i;
const pictureStreams = /\.mjpe?g$/i;

/** Whether a camera's coded video may be one to keep as it is; the stream itself says for certain. */
const canBeCopied = (camera: CameraOptions): boolean =>
  networkSource(camera) ? !pictureStreams.test(camera.url.replace(/[?#].*$/s, '')) : copiedFiles.test(camera.url);

/**
 * The video as it comes, not decoded. A muxer in a thread of its own (fifo) drops what is not read and begins again after an
 * error: whatever goes wrong here, frames go on.
 */
const coded: readonly string[] = [
  ...['-map', '0:v:0', '-c', 'copy', '-f', 'fifo', '-fifo_format', 'mpegts', '-format_opts', 'flush_packets=1'],
  ...['-drop_pkts_on_overflow', '1', '-attempt_recovery', '1', '-recover_any_error', '1', '-recovery_wait_time', '5'],
  'pipe:5',
];

/**
 * The ffmpeg command that turns a camera into raw frames on stdout, for as long as it lives; a file is played in real
 * time, looped. Live frames, where they are wanted, come from the same decoding: two outputs with a filter each cost
 * less than `split` in one graph. `withCoded` asks for the coded video too, where it can be had. `loglevel` is the FFmpeg
 * one; `verbose` names the codec and the source's size. Throws ConfigError for a URL it must not pass on.
 */
export const cameraCommand = (
  camera: CameraOptions,
  capabilities: FfmpegCapabilities,
  { loglevel = 'error', withCoded = false }: CommandOptions = {},
): FfmpegCommand => {
  const { args, ...rest } = inputOf(camera, capabilities);
  const { live } = camera;
  const hasCoded = withCoded && canBeCopied(camera);
  const analysed = [...args, ...output(camera, camera.fps), ...rawVideo(capabilities)];
  const more = { ...rest, ...(hasCoded && { hasCoded }) };
  const copied = hasCoded ? coded : [];
  if (!live) return { args: [...quiet, loglevel, ...analysed, ...copied], ...more };
  const watched = [...output(live, live.fps, gate), ...rawVideo(capabilities, 3)];
  return { args: [...commanded, loglevel, ...analysed, ...watched, ...copied], ...more, hasLive: true };
};

/**
 * The command that writes a camera's first picture to stdout as JPEG, at most `maxSide` wide and high. Its log names the
 * codec and the source's size. Throws ConfigError for a URL it must not pass on.
 */
export const pictureCommand = (
  source: Pick<CameraOptions, 'url' | 'transport'>,
  maxSide: number,
  capabilities: FfmpegCapabilities,
): FfmpegCommand => {
  const { args, ...rest } = inputOf(source, capabilities);
  const scale = `scale='min(${maxSide},iw)':'min(${maxSide},ih)':force_original_aspect_ratio=decrease:flags=area`;
  const picture = ['-an', '-sn', '-dn', '-frames:v', '1', '-vf', `${scale},format=yuvj420p`];
  const jpeg = ['-threads', '1', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2pipe', 'pipe:1'];
  return { args: [...quiet, 'verbose', ...args, ...picture, ...jpeg], ...rest };
};

/** The command that decodes a video file once, as fast as it goes, thinned to `fps` frames a second of footage. */
export const videoCommand = (
  path: string,
  options: FrameShape & { readonly fps: number; readonly maxFrames?: number },
  capabilities: FfmpegCapabilities,
): FfmpegCommand => {
  const limit = options.maxFrames === undefined ? [] : ['-frames:v', String(options.maxFrames)];
  return {
    args: [...quiet, 'error', ...fileInput(path), ...output(options, options.fps), ...limit, ...rawVideo(capabilities)],
  };
};

/** The command that decodes pictures of one codec in the given order, each to one frame; it fails at the first it cannot decode. */
export const imagesCommand = (
  paths: readonly string[],
  shape: FrameShape,
  capabilities: FfmpegCapabilities,
): FfmpegCommand => ({
  args: [...quiet, 'error', '-xerror', ...fromList('file'), ...output(shape), ...rawVideo(capabilities)],
  input: list(
    paths.map((path) => `file:${path}`),
    {},
  ),
});

/** The command that decodes one picture to a binary PGM: "P5\n", its width and height, "\n255\n", then a byte a pixel. */
export const stillCommand = (path: string, size?: Pick<FrameShape, 'width' | 'height'>): FfmpegCommand => {
  const scale = size ? `scale=${size.width}:${size.height}:flags=area,` : '';
  const picture = ['-frames:v', '1', '-vf', `${scale}format=gray`, '-c:v', 'pgm', '-f', 'image2pipe', 'pipe:1'];
  return { args: [...quiet, 'error', '-xerror', '-threads', '1', ...fileInput(path), ...picture] };
};
