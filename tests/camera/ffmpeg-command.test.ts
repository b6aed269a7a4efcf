import {
  cameraCommand,
  gateCommand,
  imagesCommand,
  pictureCommand,
  stillCommand,
  videoCommand,
} from '../../src/camera/ffmpeg-command.ts';
import type { CameraOptions } from '../../src/core/camera.ts';

const camera = (url: string, more: Partial<CameraOptions> = {}): CameraOptions => ({
  id: 'yard',
  url,
  transport: 'tcp',
  fps: 5,
  width: 128,
  height: 96,
  format: 'gray',
  mask: [],
  ...more,
});
const current = { version: [5, 1] } as const;

const start = '-hide_banner -nostdin -nostats -loglevel error';
const lowDelay = '-fpsprobesize 0 -analyzeduration 0 -threads 1 -flags low_delay';
const list = (protocols: string) => `-f concat -safe 0 -protocol_whitelist pipe,${protocols} -i pipe:0`;
const rtsp = list('rtsp,rtsps,rtp,srtp,tcp,udp,tls,crypto');
const http = list('http,https,httpproxy,tcp,tls,crypto');
const frames = (shape = 'scale=128:96:flags=area,format=gray') =>
  `-an -sn -dn -vf select='not(eq(round(t*5),round(prev_selected_t*5)))',${shape},setpts=N/TB`;
const end = '-fps_mode passthrough -threads 1 -f rawvideo pipe:1';

const entry = (...lines: string[]) => ['ffconcat version 1.0', ...lines, ''].join('\n');
const fast = ['option fpsprobesize 0', 'option analyzeduration 0'];
const timeout = 'option timeout 5000000';

test.each<[string, Partial<CameraOptions>, string, string | undefined]>([
  [
    'rtsp://admin:s3cret@10.0.0.4/live',
    {},
    `${start} ${lowDelay} ${rtsp} ${frames()} ${end}`,
    entry("file 'rtsp://admin:s3cret@10.0.0.4/live'", timeout, 'option rtsp_transport tcp', ...fast),
  ],
  [
    'rtsps://10.0.0.4/live',
    { transport: 'udp', format: 'rgb24', width: 640, height: 360 },
    `${start} ${lowDelay} ${rtsp} ${frames('scale=640:360:flags=area,format=rgb24')} ${end}`,
    entry("file 'rtsps://10.0.0.4/live'", timeout, 'option rtsp_transport udp', ...fast),
  ],
  [
    "http://10.0.0.4/it's.mjpg?user=a&pwd=b",
    {},
    `${start} ${lowDelay} ${http} ${frames()} ${end}`,
    entry(
      String.raw`file 'http://10.0.0.4/it'\''s.mjpg?user=a&pwd=b'`,
      timeout,
      ...fast,
      'option use_wallclock_as_timestamps 1',
    ),
  ],
  [
    'https://example.org/live/index.m3u8?token=x',
    {},
    `${start} -re -threads 1 ${http} ${frames()} ${end}`,
    entry("file 'https://example.org/live/index.m3u8?token=x'", timeout),
  ],
  [
    'clips/yard.mp4',
    {},
    `${start} -threads 1 -re -stream_loop -1 -protocol_whitelist file -i file:clips/yard.mp4 ${frames()} ${end}`,
    undefined,
  ],
  [
    'file:///srv/clips/the%20yard.mp4',
    {},
    `${start} -threads 1 -re -stream_loop -1 -protocol_whitelist file -i file:/srv/clips/the yard.mp4 ${frames()} ${end}`,
    undefined,
  ],
  ['/dev/video0', {}, `${start} ${lowDelay} -f v4l2 -i /dev/video0 ${frames()} ${end}`, undefined],
])('%s becomes its exact command', (url, more, args, input) => {
  const command = cameraCommand(camera(url, more), current);
  expect(command.args.join(' ')).toBe(args);
  expect(command.input).toBe(input);
});

test('live frames come from the same decoding, out of pipe 3, thinned and scaled by themselves, behind a shut gate', () => {
  const live = { width: 640, height: 360, format: 'rgb24', fps: 10 } as const;
  const filter =
    "select='not(eq(round(t*10),round(prev_selected_t*10)))',metadata@live=mode=select:key=none:enable=1,scale=640:360:flags=area,format=rgb24,setpts=N/TB";
  const { args, hasLive } = cameraCommand(camera('/dev/video0', { live }), current);
  expect(args.join(' ')).toBe(
    `${start.replace('-nostdin ', '')} ${lowDelay} -f v4l2 -i /dev/video0 ${frames()} ${end} ` +
      `-an -sn -dn -vf ${filter} -fps_mode passthrough -threads 1 -f rawvideo pipe:3`,
  );
  expect(hasLive).toBe(true);
  expect(cameraCommand(camera('/dev/video0'), current)).not.toHaveProperty('hasLive');
});

test('with live frames stdin is for the gate, and the URL goes to pipe 4', () => {
  const live = { width: 640, height: 360, format: 'rgb24', fps: 10 } as const;
  const { args, input } = cameraCommand(camera('rtsp://10.0.0.4/live', { live }), current);
  expect(args.join(' ')).toContain(` ${rtsp.replace('pipe,', 'async,pipe,').replace('pipe:0', 'async:pipe:4')} `);
  expect(args).not.toContain('-nostdin');
  expect(input).toContain('rtsp://10.0.0.4/live');
  expect([gateCommand(true), gateCommand(false)]).toEqual([
    'cmetadata@live -1 enable 0\n',
    'cmetadata@live -1 enable 1\n',
  ]);
});

const copied =
  '-map 0:v:0 -c copy -f fifo -fifo_format mpegts -format_opts flush_packets=1 -drop_pkts_on_overflow 1 ' +
  '-attempt_recovery 1 -recover_any_error 1 -recovery_wait_time 5 pipe:5';

test.each([
  ['rtsp://10.0.0.4/live', true],
  ['https://example.org/live/index.m3u8', true],
  ['clips/yard.MP4', true],
  ['http://10.0.0.4/a.mjpg?x=1', false],
  ['clips/yard.avi', false],
  ['/dev/video0', false],
])('the coded video of %s is copied as well: %s', (url, isCopied) => {
  const plain = cameraCommand(camera(url), current);
  const { args, hasCoded = false } = cameraCommand(camera(url), current, { withCoded: true });
  expect(args.join(' ')).toBe([plain.args.join(' '), ...(isCopied ? [copied] : [])].join(' '));
  expect(hasCoded).toBe(isCopied);
});

test('no argument holds any part of a network URL', () => {
  for (const url of ['rtsp://admin:s3cret@camera.lan/live', 'https://camera.lan/a.m3u8?token=s3cret'])
    expect(cameraCommand(camera(url), current).args.join(' ')).not.toMatch(/s3cret|camera\.lan/);
});

test('an ffmpeg before 5.0 gets the URL as an argument and the names of its time', () => {
  const { args, input } = cameraCommand(camera('rtsp://10.0.0.4/live'), { version: [4, 4] });
  expect(args.join(' ')).toBe(
    `${start} ${lowDelay} -protocol_whitelist rtsp,rtsps,rtp,srtp,tcp,udp,tls,crypto -stimeout 5000000 -rtsp_transport tcp ` +
      `-fpsprobesize 0 -analyzeduration 0 -i rtsp://10.0.0.4/live ${frames()} -vsync passthrough -threads 1 -f rawvideo pipe:1`,
  );
  expect(input).toBeUndefined();
  expect(cameraCommand(camera('http://10.0.0.4/a.mjpg'), { version: [4, 4] }).args).toContain('-timeout');
});

test.each([
  ['-i /etc/passwd'],
  [''],
  ['rtsp://a/b\noption x y'],
  ['concat:/etc/passwd'],
  ['lavfi:testsrc'],
  ['ftp://a/b'],
])('refuses %j as a camera URL', (url) => {
  expect(() => cameraCommand(camera(url), current)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('a refused URL is not repeated in the message', () => {
  expect(() => cameraCommand(camera('ftp://admin:s3cret@10.0.0.4/'), current)).toThrow(/^(?!.*s3cret).*ftp:/);
});

test('a video of footage is read once, at full speed, thinned by its own clock, up to a number of frames', () => {
  const shape = { width: 128, height: 96, format: 'gray', fps: 5, maxFrames: 20 } as const;
  expect(videoCommand('a.mp4', shape, current).args.join(' ')).toBe(
    `${start} -protocol_whitelist file -i file:a.mp4 ${frames()} -frames:v 20 ${end}`,
  );
});

test('pictures are read in the given order, each of them, and the first unreadable one stops it', () => {
  const shape = { width: 128, height: 96, format: 'gray' } as const;
  const { args, input } = imagesCommand(["/a/it's 1.jpg", '/a/2.jpg'], shape, current);
  expect(args.join(' ')).toBe(
    `${start} -xerror ${list('file')} -an -sn -dn -vf scale=128:96:flags=area,format=gray,setpts=N/TB ${end}`,
  );
  expect(input).toBe(entry(String.raw`file 'file:/a/it'\''s 1.jpg'`, "file 'file:/a/2.jpg'"));
});

test('one picture is decoded in its own size, or scaled, to a PGM with its size in front', () => {
  const command = (size?: { width: number; height: number }) => stillCommand('/a/b c.jpg', size).args.join(' ');
  const input = `${start} -xerror -threads 1 -protocol_whitelist file -i file:/a/b c.jpg -frames:v 1`;
  expect(command()).toBe(`${input} -vf format=gray -c:v pgm -f image2pipe pipe:1`);
  expect(command({ width: 64, height: 48 })).toBe(
    `${input} -vf scale=64:48:flags=area,format=gray -c:v pgm -f image2pipe pipe:1`,
  );
});

test('a picture of a camera is one JPEG, never larger than the camera gives, and its URL is no argument', () => {
  const url = 'rtsp://admin:s3cret@10.0.0.4/live';
  const { args, input } = pictureCommand({ url, transport: 'udp' }, 640, current);
  const scale = "scale='min(640,iw)':'min(640,ih)':force_original_aspect_ratio=decrease:flags=area,format=yuvj420p";
  const jpeg = '-threads 1 -c:v mjpeg -q:v 4 -f image2pipe pipe:1';
  expect(args.join(' ')).toBe(
    `${start.replace('error', 'verbose')} ${lowDelay} ${rtsp} -an -sn -dn -frames:v 1 -vf ${scale} ${jpeg}`,
  );
  expect(input).toBe(entry(`file '${url}'`, timeout, 'option rtsp_transport udp', ...fast));
});
