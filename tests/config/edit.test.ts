import { parse } from 'yaml';

import { addCamera, cameraKeys, changeCamera, removeCamera } from '../../src/config/edit.ts';

const file = `# My house.
cameras:
  # The front.
  - id: front-door # as on the bell
    url: rtsp://admin:\${FRONT_DOOR_PASSWORD}@192.168.1.20/stream1
    fps: 5 # enough

  - { id: yard, url: 'rtsp://192.168.1.21/live', live: { fps: 4 } }

# What all of them get.
defaults:
  size: 320x176
`;

test('a changed key keeps the comment behind it, and everything else stays as it was written', () => {
  expect(changeCamera(file, 'front-door', { fps: 8 })).toBe(file.replace('fps: 5 # enough', 'fps: 8 # enough'));
});

test('null takes a key out, and groups are changed key by key', () => {
  expect(changeCamera(file, 'front-door', { fps: null })).toBe(file.replace('    fps: 5 # enough\n', ''));
  expect(changeCamera(file, 'yard', { live: { size: '640x360' } })).toContain('live: { fps: 4, size: 640x360 }');
  expect(changeCamera(file, 'yard', { live: { fps: null, size: '640x360' } })).toContain('live: { size: 640x360 }');
});

test('a new camera comes last in the list, its mask as people write one', () => {
  const mask = [[[0, 0], [1, 0], [1, 0.2]]]; // prettier-ignore
  const text = addCamera(file, { id: 'lane', url: 'rtsp://192.168.1.22/live', mask });
  expect(text).toContain('live: { fps: 4 } }\n  - id: lane\n    url: rtsp://192.168.1.22/live\n    mask: [');
  expect(text).toContain('# What all of them get.\ndefaults:\n  size: 320x176\n');
  expect(cameraKeys(text, 'lane')).toEqual({ id: 'lane', url: 'rtsp://192.168.1.22/live', mask });
});

test('a camera that goes takes its own comments with it only', () => {
  const text = removeCamera(file, 'yard');
  expect(text).not.toContain('yard');
  expect(text).toContain('# The front.\n  - id: front-door # as on the bell');
  expect(text).toContain('# What all of them get.');
});

test('the last camera may go, and a first one come', () => {
  const empty = removeCamera(removeCamera(file, 'yard'), 'front-door');
  expect((parse(empty) as { cameras: unknown }).cameras).toEqual([]);
  expect(addCamera(empty, { id: 'lane', url: 'rtsp://lane/live' })).toContain(
    '  - id: lane\n    url: rtsp://lane/live\n',
  );
  expect(addCamera('# Nothing yet.\ncameras:\n', { id: 'lane', url: 'rtsp://lane/live' })).toContain('  - id: lane');
});

test('lists that are not indented stay so', () => {
  const flat = 'cameras:\n- id: a\n  url: rtsp://a/live\n';
  expect(changeCamera(flat, 'a', { fps: 3 })).toBe(`${flat}  fps: 3\n`);
});

test('variables are told as they stand in the file', () => {
  expect(cameraKeys(file, 'front-door')).toEqual({
    id: 'front-door',
    url: 'rtsp://admin:${FRONT_DOOR_PASSWORD}@192.168.1.20/stream1',
    fps: 5,
  });
  expect(cameraKeys(file, 'attic')).toBeUndefined();
});
