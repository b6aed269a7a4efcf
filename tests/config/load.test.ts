import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { loadPipeline } from '../../src/config/load.ts';
import type { ConfigError } from '../../src/core/errors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-config-'));
const file = path.join(folder, 'site.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const load = (text: string, env: Record<string, string> = {}) => {
  writeFileSync(file, text);
  return loadPipeline(file, env);
};

const errorOf = (text: string, env: Record<string, string> = {}): Promise<ConfigError> =>
  load(text, env).then(
    () => {
      throw new Error('expected the pipeline to be refused');
    },
    (error: ConfigError) => error,
  );

/** The lines of the error's message, without the name of the file. */
const problems = async (text: string, env: Record<string, string> = {}): Promise<string[]> =>
  (await errorOf(text, env)).message.split('\n').map((line) => line.replace(`${file}:`, ''));

const one = 'cameras:\n  - id: door\n    url: rtsp://door/live\n';

test('gives a camera of two keys every default, and its own model folder', async () => {
  const pipeline = await load(one);
  expect(pipeline.cameras).toEqual([
    {
      id: 'door',
      url: 'rtsp://door/live',
      transport: 'tcp',
      width: 256,
      height: 144,
      format: 'gray',
      fps: 5,
      live: { width: 640, height: 360, format: 'rgb24', fps: 10 },
      denoiser: { model: 'fast', strength: 1 },
      tasks: ['anomaly', 'denoise'],
      mask: [],
      model: path.join(folder, 'nightjar-data/site/models/door'),
      paused: false,
    },
  ]);
  expect(pipeline.storage.path).toBe(path.join(folder, 'nightjar-data/site'));
  expect(pipeline.server).toMatchObject({ host: '127.0.0.1', port: 8080 });
  expect(pipeline.engine).toEqual({ name: 'onnxruntime', device: 'auto' });
});

test("takes the file's defaults for what a camera does not say, and the camera's word before them", async () => {
  const { cameras } = await load(`${one}    fps: 2\ndefaults:\n  fps: 9\n  size: 64x32\n  colour: true\n`);
  expect(cameras[0]).toMatchObject({ fps: 2, width: 64, height: 32, format: 'rgb24' });
});

test('a feed is published by its URL alone, denoised then, or by a group', async () => {
  const url = 'rtsp://me:pw@127.0.0.1:8554/door';
  const [short] = (await load(`${one}    publish: ${url}\n`)).cameras;
  expect(short?.publish).toEqual({ url, kind: 'denoised' });
  const [long] = (await load(`${one}    publish: { url: "${url}", kind: raw }\n`)).cameras;
  expect(long?.publish).toEqual({ url, kind: 'raw' });
  expect((await load(one)).cameras[0]).not.toHaveProperty('publish');
});

test.each([
  ['http://me:hunter2@h/x', /publish: expected rtsp:\/\/HOST\/PATH .* found "http:\.\.\."/],
  ['rtsp://me:hunter2@h', /publish: expected rtsp:\/\/HOST\/PATH/],
  [
    '{ url: "rtsp://me:hunter2@h/x", kind: coloured }',
    /publish\.kind: expected one of denoised, raw, colorized, found "coloured"/,
  ],
  ['{ urll: "rtsp://me:hunter2@h/x" }', /publish\.urll: unknown key; did you mean `url`\?/],
])('publish: %s is refused, without the password', async (value, message) => {
  const error: Error = (await load(`${one}    publish: ${value}\n`).catch(
    (reason: unknown) => reason as Error,
  )) as Error;
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('hunter2');
});

test('takes each key of live from the camera, else from the defaults, else its own default', async () => {
  const { cameras } = await load(`${one}    live: { fps: 25 }\ndefaults:\n  live: { fps: 15, size: 1280x720 }\n`);
  expect(cameras[0]?.live).toEqual({ width: 1280, height: 720, format: 'rgb24', fps: 25 });
  const [gray] = (await load(`${one}    colour: true\n    live: { colour: false }\n`)).cameras;
  expect([gray?.format, gray?.live.format]).toEqual(['rgb24', 'gray']);
});

test('reads every relative path against the folder of the file', async () => {
  const { cameras, storage } = await load(`cameras:
  - { id: a, url: clips/a.mp4, model: ../shared }
  - { id: b, url: /clips/b.mp4 }
storage: { path: ./data }
`);
  expect(cameras.map(({ url }) => url)).toEqual([path.join(folder, 'clips/a.mp4'), '/clips/b.mp4']);
  expect(cameras[0]?.model).toBe(path.join(folder, '../shared'));
  expect(storage.path).toBe(path.join(folder, 'data'));
});

test('takes a section with nothing below it for one that is not there', async () => {
  expect((await load(`${one}learning:\nserver:\n  # port: 1\n`)).server.port).toBe(8080);
});

test('fills in variables, as numbers too, and takes the default of one that is unset or empty', async () => {
  const { cameras, server } = await load(
    'cameras:\n  - id: door\n    url: rtsp://u:${PASSWORD}@door/${PATH_:-live}\n    fps: ${FPS}\n' +
      '    colour: ${COLOUR:-true}\nserver:\n  port: ${PORT:-8081}\n',
    { PASSWORD: 'pass$&word', FPS: '2.5', PORT: '' },
  );
  expect(cameras[0]).toMatchObject({ url: 'rtsp://u:pass$&word@door/live', fps: 2.5, format: 'rgb24' });
  expect(server.port).toBe(8081);
});

test('takes $${ for a plain ${', async () => {
  expect((await load(`${one.trim()}/$$\{X}\n`)).cameras[0]?.url).toBe('rtsp://door/live/${X}');
});

test('names a variable that is not set, its key and its line, beside every other problem', async () => {
  expect(await problems('cameras:\n  - id: Door\n    url: rtsp://u:${PASSWORD}@door\n    fps: ${FPS}\n')).toEqual([
    '2:9 cameras[0].id: expected an id of at most 63 small letters, digits and hyphens that begins with a letter or a digit, found "Door"',
    '3:10 cameras[0].url: the environment variable PASSWORD is not set',
    '4:10 cameras[0].fps: the environment variable FPS is not set',
  ]);
});

test.each(['${', '${}', '${PASS WORD}', '${PASSWORD:?no}', 'x${PASSWORD'])('refuses the reference %s', async (text) => {
  expect(await problems(`${one}    model: "${text}"\n`, { PASSWORD: 'x' })).toEqual([
    '4:12 cameras[0].model: expected ${NAME} or ${NAME:-default} ($${ stands for a plain ${)',
  ]);
});

test('lists all problems in the order of the file, with what was expected and found', async () => {
  const text = `cameras:
  - id: door
    url: rtsp://door/live
    transprt: udp
    fps: fast
    size: 250x144
  - id: door
    url: concat:a|b
    mask: [[[0, 0], [1, 2], [1, 1]]]
    tasks: [anomaly, anomaly]
server:
  port: 70000
  brightness: 3
recorder: true
`;
  expect(await problems(text)).toEqual([
    '4:5 cameras[0].transprt: unknown key; did you mean `transport`?',
    '5:10 cameras[0].fps: expected a number above 0, up to 60, found "fast"',
    '6:11 cameras[0].size: expected WIDTHxHEIGHT, such as 256x144, both from 16 to 4096 and divisible by 8, found "250x144"',
    '7:9 cameras[1].id: expected an id of its own, found "door", as in cameras[0].id on line 2',
    '8:10 cameras[1].url: expected rtsp://, rtsps://, http://, https://, file:///, simulator://, /dev/videoN or a file path (./ in front if it begins with - or holds a colon), found "concat:..."',
    '9:25 cameras[1].mask[0][1][1]: expected a number from 0 to 1, found 2',
    '10:12 cameras[1].tasks: expected a list of one or more of anomaly, denoise, colorize, found a list',
    '12:9 server.port: expected a whole number from 0 to 65535, found 70000',
    '13:3 server.brightness: unknown key; known here: host, port, login, sessionIdleHours, sessionMaxHours, trustProxy, tls, metricsIntervalSeconds, jpegQuality, viewerBufferBytes, maxViewers, maxViewersPerUser',
    '14:1 recorder: unknown key; known here: cameras, defaults, learning, alerts, notify, engine, server, storage',
  ]);
});

test('says what is missing where it should stand', async () => {
  expect(await problems('cameras:\n  - id: door\n')).toEqual([
    '2:5 cameras[0].url: expected the URL or path of a camera, found nothing',
  ]);
});

test('refuses a model shared by cameras of different shape', async () => {
  expect(
    await problems(`cameras:
  - { id: a, url: a.mp4, model: m }
  - { id: b, url: b.mp4, model: m, colour: true }
`),
  ).toEqual([
    '3:33 cameras[1].model: expected the same size and colour for all cameras of a model, found "m", as in cameras[0].model on line 2',
  ]);
});

test.each([
  ['an empty file', '', ['1:1 the file: expected a group of keys, found nothing']],
  ['a list', '- id: door', ['1:1 the file: expected a group of keys, found a list']],
  ['an empty camera', 'cameras:\n  -', ['2:4 cameras[0]: expected a group of keys, found nothing']],
])('refuses %s', async (_name, text, expected) => {
  expect(await problems(text)).toEqual(expected);
});

test.each([
  ['bad indentation', `${one}   fps: 5\n`, /^4:\d+ /],
  ['a key given twice', `${one}    id: gate\n`, /^4:5 Map keys must be unique$/],
  ['an alias that leads nowhere', 'cameras: *cams', /^1:\d+ Unresolved alias/],
  ['an unknown tag', 'cameras: !secret x', /^1:10 Unresolved tag/],
  ['two documents', `${one}---\n${one}`, /^4:1 Source contains multiple documents/],
])('refuses %s with its line and column', async (_name, text, expected) => {
  expect((await problems(text))[0]).toMatch(expected);
  expect(await errorOf(text)).toMatchObject({ name: 'ConfigError', code: 'syntax' });
});

test('refuses aliases that multiply without end', async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `  - &a${index + 1} [*a${index}, *a${index}]`);
  expect((await problems(`cameras:\n  - &a0 [x]\n${lines.join('\n')}\n`))[0]).toMatch(/Excessive alias count/);
});

test.each([
  ['/does/not/exist.yaml', '/does/not/exist.yaml: no such file'],
  [folder, `${folder}: this is a folder: name the pipeline file in it`],
])('refuses %s', async (name, message) => {
  mkdirSync(folder, { recursive: true });
  await expect(loadPipeline(name)).rejects.toMatchObject({ name: 'ConfigError', code: 'unreadable', message });
});

const secret = 'hunter2';
test.each([
  ['in a refused URL', `cameras:\n  - id: a\n    url: rtmp://u:${secret}@h\n`],
  ['in a URL without a scheme', `cameras:\n  - id: a\n    url: u:${secret}@h\n`],
  ['in a URL in the wrong place', `cameras:\n  - rtsp://u:${secret}@h\n`],
  ['in a URL as an id', `cameras:\n  - id: rtsp://u:${secret}@h\n    url: a.mp4\n`],
  ['in a URL as a key', `cameras:\n  - "rtsp://u:${secret}@h": 1\n`],
  ['from the environment', 'cameras:\n  - id: "${SECRET}!"\n    url: a.mp4\n'],
  [
    'from the environment, through an alias',
    'cameras:\n  - { id: a, url: &x "${SECRET}:1" }\n  - { id: *x, url: a }\n',
  ],
  ['on a line that is no YAML', `cameras:\n  - id: a\n    url: "rtsp://u:${secret}@h" x\n  rtsp://u:${secret}@h\n`],
  ['in an alias', `cameras:\n  - id: a\n    url: *${secret}\n`],
])('never shows a password %s', async (_name, text) => {
  const error = await errorOf(text, { SECRET: secret });
  expect(`${error.message} ${String(error.cause)}`).not.toContain(secret);
});

test('shows the name of a variable in place of its value', async () => {
  const [problem] = await problems(`${one}    fps: \${FPS}\n`, { FPS: '61' });
  expect(problem).toBe('4:10 cameras[0].fps: expected a number above 0, up to 60, found ${FPS}');
});

test('says what is wrong with a notifier, and shows no secret, password or number that could be one', async () => {
  const text = `cameras: [{ id: a, url: a.mp4 }]
notify:
  - name: home
    mqtt: { url: "http://user:hunter2@broker", password: 123456, topic: a/#, discovry: true }
  - name: home
    webhook: { url: https://host/token-abc, secret: hunter2 }
  - name: none
    minSeverity: severe
`;
  const found = await problems(text);
  expect(found).toEqual([
    '4:18 notify[0].mqtt.url: expected mqtt://HOST:PORT or mqtts://HOST:PORT, found "http:..."',
    '4:58 notify[0].mqtt.password: expected a text, in quotes where it is a number, found something that is not shown',
    '4:73 notify[0].mqtt.topic: expected a topic without +, # and $, and without / at its ends, found "a/#"',
    '4:78 notify[0].mqtt.discovry: unknown key; did you mean `discovery`?',
    '5:11 notify[1].name: expected a name of its own, found "home", as in notify[0].name on line 3',
    '6:53 notify[1].webhook.secret: expected whsec_ and 24 to 64 random bytes in base64 (echo whsec_$(openssl rand -base64 24)), found something that is not shown',
    '8:18 notify[2].minSeverity: expected one of low, medium, high, found "severe"',
  ]);
});

test('a notifier has either mqtt or webhook', async () => {
  const text = `cameras: [{ id: a, url: a.mp4 }]
notify:
  - name: none
`;
  expect(await problems(text)).toEqual(['3:5 notify[0]: expected either mqtt or webhook, found a group of keys']);
});
