import { parse } from 'yaml';

import { addCamera, cameraKeys, changeCamera, removeCamera } from '../../src/config/edit.ts';
import type { CameraKeys } from '../../src/config/edit.ts';

const file = `# top
defaults:   {fps:   5}

cameras:   # all of them
  # the front door
  - id: door # by the street
    url: "rtsp://admin:\${PW}@10.0.0.4/live" # main stream
    mask:
      - [[0, 0], [1, 0], [1, 1]] # sky
    # slow
    fps: 5

  # the yard
  -   id: yard
      url: rtsp://yard/live
  - { id: gate, url: 'rtsp://gate/live', fps: 3 } # flow
# the end
server:   { port: 0 }
`;
type Edit = (text: string) => string;
const add =
  (keys: CameraKeys): Edit =>
  (text) =>
    addCamera(text, keys);
const change =
  (id: string, keys: CameraKeys): Edit =>
  (text) =>
    changeCamera(text, id, keys);
const remove =
  (id: string): Edit =>
  (text) =>
    removeCamera(text, id);
const idsOf = (text: string): unknown[] => (parse(text) as { cameras: { id: unknown }[] }).cameras.map(({ id }) => id);

/** The lines that differ: `-` gone, `+` new. */
const difference = (before: string, after: string): string[] => {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let [begin, end] = [0, 0];
  while (begin < old.length && old[begin] === now[begin]) begin++;
  while (end < old.length - begin && end < now.length - begin && old.at(-1 - end) === now.at(-1 - end)) end++;
  const middle = (lines: string[], sign: string) => lines.slice(begin, lines.length - end).map((line) => sign + line);
  return [...middle(old, '-'), ...middle(now, '+')];
};

test.each<[string, Edit, string[]]>([
  ['changes a value and keeps its comment', change('door', { fps: 7 }), ['-    fps: 5', '+    fps: 7']],
  [
    'keeps quotes, and a comment above what is new',
    change('yard', { fps: 2, transport: 'udp' }),
    ['+      fps: 2', '+      transport: udp'],
  ],
  [
    'changes a camera in braces within them',
    change('gate', { fps: 4, paused: true }),
    [
      "-  - { id: gate, url: 'rtsp://gate/live', fps: 3 } # flow",
      "+  - { id: gate, url: 'rtsp://gate/live', fps: 4, paused: true } # flow",
    ],
  ],
  [
    'takes a key out',
    change('gate', { fps: null }),
    ["-  - { id: gate, url: 'rtsp://gate/live', fps: 3 } # flow", "+  - { id: gate, url: 'rtsp://gate/live' } # flow"],
  ],
  [
    'adds a camera behind the last one, in its style',
    add({ id: 'shed', url: 'rtsp://user:p%40ss@shed/live', live: { fps: 5 }, mask: [[[0, 0], [1, 0], [1, 0.5]]], tasks: ['anomaly'] }), // prettier-ignore
    [
      '+  - id: shed',
      '+    url: rtsp://user:p%40ss@shed/live',
      '+    live: { fps: 5 }',
      '+    mask: [ [ [ 0, 0 ], [ 1, 0 ], [ 1, 0.5 ] ] ]',
      '+    tasks: [ anomaly ]',
    ],
  ],
  ['removes a camera and the comment right above it', remove('yard'), ['-  # the yard', '-  -   id: yard', '-      url: rtsp://yard/live']], // prettier-ignore
  ['removes the last camera of the list', remove('gate'), ["-  - { id: gate, url: 'rtsp://gate/live', fps: 3 } # flow"]], // prettier-ignore
])('%s', (_what, edit, expected) => {
  expect(difference(file, edit(file))).toEqual(expected);
});

test('a change leaves references to the environment and the comments of the camera alone', () => {
  const after = change('door', { mask: null, colour: true })(file);
  const kept = [
    '  # the front door',
    '# by the street',
    '"rtsp://admin:${PW}@10.0.0.4/live"',
    '# main stream',
    '# slow',
  ];
  for (const text of kept) expect(after).toContain(text);
  expect(after).not.toContain('sky');
  expect(after.split('  # the yard')[1]).toBe(file.split('  # the yard')[1]);
  expect(after.split('  - id: door')[0]).toBe(file.split('  - id: door')[0]);
});

test.each([
  ['a block', 'cameras: # mine\n  # the door\n  - id: door\n    url: rtsp://door/live\nserver: { port: 1 }\n'],
  ['a quoted key', '"cameras":\n- id: door\n  url: rtsp://door/live\n'],
  ['brackets', 'cameras: [ { id: door, url: rtsp://door/live } ] # mine\n'],
  ['no last newline', 'cameras:\n  - id: door\n    url: rtsp://door/live'],
  ['line ends of Windows', 'cameras:\r\n  - id: door\r\n    url: rtsp://door/live\r\nserver: {}\r\n'],
])('the only camera can be removed, and one added to none, written as %s', (_what, text) => {
  const none = remove('door')(text);
  expect(idsOf(none)).toEqual([]);
  expect(none).toContain('cameras');
  const again = add({ id: 'gate', url: 'rtsp://gate/live' })(none);
  expect(idsOf(again)).toEqual(['gate']);
  expect(cameraKeys(again, 'gate')).toEqual({ id: 'gate', url: 'rtsp://gate/live' });
  const two = add({ id: 'gate', url: 'rtsp://gate/live', live: { fps: 3 } })(text);
  expect(idsOf(two)).toEqual(['door', 'gate']);
  if (text.includes('mine')) expect(again).toContain('# mine');
  if (text.includes('\r')) expect(again.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});

test('a camera that leans on an anchor elsewhere is changed all the same, with the comments kept', () => {
  const text = `# top
defaults:
  mask: &sky [[[0, 0], [1, 0], [1, 1]]] # the sky
cameras:
  - id: door
    url: rtsp://door/live
    mask: *sky
`;
  const after = change('door', { fps: 3 })(text);
  expect(after).toContain('mask: *sky');
  expect(after).toMatch(/^# top\n(.|\n)*# the sky/);
  expect(cameraKeys(after, 'door')).toMatchObject({ fps: 3, mask: [[[0, 0], [1, 0], [1, 1]]] }); // prettier-ignore
});

test('what only a person can edit is refused', () => {
  const text = 'defaults: {}\ncameras:\n  - &a { id: door, url: rtsp://door/live }\n  - *a\n';
  expect(() => remove('door')(text)).toThrow(/edit it by hand/);
});

test.each(['yes', 'null', '3', '#1', 'a: b', '*x', "it's", '"', ' lead', 'ümlaut', '- dash', '$${HOME}'])(
  'the text %j is read again as it was given',
  (text) => {
    const after = change('yard', { model: text })(file);
    expect(cameraKeys(after, 'yard')?.['model']).toBe(text);
    const flow = change('gate', { model: text })(file);
    expect(cameraKeys(flow, 'gate')?.['model']).toBe(text);
  },
);

test('within a group of keys what stays keeps its comment', () => {
  const text =
    'cameras:\n  - id: door\n    url: rtsp://door/live\n    live:\n      fps: 5 # enough\n      size: 64x64\n';
  const after = change('door', { live: { size: null, strength: 0.5 } })(text);
  expect(after).toBe(text.replace('size: 64x64', 'strength: 0.5'));
});
