import { pageCameraUrl } from '../../src/config/camera-schema.ts';
import { pipelineSchema } from '../../src/config/schema.ts';

const accepts = (camera: Record<string, unknown>): boolean =>
  pipelineSchema.safeParse({ cameras: [{ id: 'a', url: 'a.mp4', ...camera }] }).success;

test.each([
  'rtsp://host/live',
  'rtsps://user:p%40ss@host:322/live?channel=1#x',
  'http://host/mjpeg',
  'https://host/live.m3u8',
  'file:///clips/a.mp4',
  'simulator://walkway?seed=1',
  '/dev/video0',
  '/clips/a.mp4',
  './-clip:1.mp4',
  '../clip.mp4',
  'clip.mp4',
])('takes pictures from %s', (url) => {
  expect(accepts({ url })).toBe(true);
});

test.each([
  '',
  '-i',
  'concat:a|b',
  'pipe:0',
  'fd:',
  'data:text/plain,x',
  'subfile,,start,0,end,9,,:a.mp4',
  'tcp://host:1',
  'rtsp://',
  'rtsp:///live',
  'RTSP://host/live',
  'file:clip.mp4',
  'clip.mp4\0',
  'rtsp://host/live\n-y',
])('takes no pictures from %j', (url) => {
  expect(accepts({ url })).toBe(false);
});

test.each([
  'rtsp://10.0.0.4/live',
  'rtsps://user:p%40ss@host:322/live?channel=1#x',
  'http://[fd00::4]:8080/mjpeg',
  "https://user:it's@host/live.m3u8?a=1,2;3",
])('the page may add the camera %s', (url) => {
  expect(pageCameraUrl.safeParse(url).success).toBe(true);
});

test.each([
  '',
  '-f',
  '-i',
  '/etc/passwd',
  '/dev/video0',
  'clip.mp4',
  'file:/etc/passwd',
  'file:///etc/passwd',
  'concat:/etc/passwd|/etc/hosts',
  'concatf:list',
  'pipe:0',
  'fd:0',
  'data:video/mp4;base64,AAAA',
  'subfile,,start,0,end,9,,:/etc/passwd',
  'cache:http://host/',
  'crypto:file.mp4',
  'tcp://host:1',
  'udp://239.0.0.1:1234',
  'gopher://host/',
  'simulator://walkway',
  'rtsp+file://host/',
  'RTSP://host/live',
  'rtsp://',
  'rtsp:///live',
  'rtsp://x|y',
  'rtsp://host/live|file:/etc/passwd',
  'rtsp://host/live\n-y',
  'rtsp://host/live\r\nfile /etc/passwd',
  'rtsp://host/live -f lavfi',
  'rtsp://host/"live"',
  'rtsp://host/\\live',
  'rtsp://host/\0',
  'rtsp://host/\u2028',
  'rtsp://host:99999/live',
  'http://evil.example/${NIGHTJAR_ADMIN_PASSWORD}',
  `rtsp://host/${'a'.repeat(2048)}`,
  12,
])('the page may not add the camera %j', (url) => {
  expect(pageCameraUrl.safeParse(url).success).toBe(false);
});

test.each(['256x144', '16x16', '4096x4096'])('analyses pictures of %s', (size) => {
  expect(accepts({ size })).toBe(true);
});

test.each(['8x16', '4104x16', '100x100', '256 x 144', '256x144x3', '-16x16', 'x', 256])(
  'analyses no pictures of %s',
  (size) => {
    expect(accepts({ size })).toBe(false);
  },
);

test.each(['a', '0', 'front-door', 'a'.repeat(63)])('takes the id %s', (id) => {
  expect(accepts({ id })).toBe(true);
});

test.each(['', '-a', 'A', 'a_b', '../a', 'a'.repeat(64), 12])('refuses the id %s', (id) => {
  expect(accepts({ id })).toBe(false);
});

test.each([0, -1, 61, Infinity, NaN, '5'])('refuses %s frames a second', (fps) => {
  expect(accepts({ fps })).toBe(false);
});

test.each([{}, { size: '1280x720' }, { fps: 60, colour: false }])('shows live pictures of %j', (live) => {
  expect(accepts({ live })).toBe(true);
});

test.each([{ size: '100x100' }, { fps: 61 }, { fps: 0 }, { colour: 'yes' }, { width: 640 }, null])(
  'shows no live pictures of %j',
  (live) => {
    expect(accepts({ live })).toBe(false);
  },
);

test.each([[[]], [['anomaly', 'anomaly']], [['motion']], ['anomaly']])('refuses the tasks %j', (tasks) => {
  expect(accepts({ tasks })).toBe(false);
});

test('refuses a polygon of two points, a point of three numbers and a point outside the picture', () => {
  const [a, b, c] = [
    [0, 0],
    [1, 0],
    [1, 1],
  ];
  expect(accepts({ mask: [[a, b, c]] })).toBe(true);
  expect(accepts({ mask: [[a, b]] })).toBe(false);
  expect(accepts({ mask: [[a, b, [1, 1, 1]]] })).toBe(false);
  expect(accepts({ mask: [[a, b, [1, 1.1]]] })).toBe(false);
});

test('colours are learned only by a camera that sees colour, with the engine that can', () => {
  expect(accepts({ tasks: ['colorize'], colour: true })).toBe(true);
  expect(accepts({ tasks: ['anomaly', 'colorize'] })).toBe(false);
});
