import { changesOf, formOf, suggestedId, withCredentials } from '../../../src/dashboard/cameras/settings-form.ts';

test('a new camera is sent with what was filled in, and nothing else', () => {
  const form = { ...formOf({}), id: 'yard', url: 'rtsp://yard/1' };
  expect(changesOf(form, {})).toEqual({ id: 'yard', url: 'rtsp://yard/1' });
  expect(changesOf({ ...form, fps: '2.5', transport: 'udp', tasks: ['anomaly'], liveSize: '1280x720' }, {})).toEqual({
    id: 'yard',
    url: 'rtsp://yard/1',
    fps: 2.5,
    transport: 'udp',
    tasks: ['anomaly'],
    live: { size: '1280x720' },
  });
});

test('a form that was not touched changes nothing', () => {
  const settings = { id: 'yard', fps: 3, colour: true, tasks: ['anomaly'], live: { size: '640x360', strength: 0.5 } };
  expect(changesOf(formOf(settings), settings)).toEqual({});
  expect(changesOf(formOf({ id: 'yard' }), { id: 'yard' })).toEqual({});
});

test('what was emptied is null, which removes the key', () => {
  const settings = { id: 'yard', fps: 3, size: '256x144', colour: true, live: { strength: 0.5 } };
  const form = { ...formOf(settings), fps: '', size: '', colour: '' as const, strength: '' };
  expect(changesOf(form, settings)).toEqual({ fps: null, size: null, colour: null, live: { strength: null } });
});

test('of the group live only what changes is sent', () => {
  const settings = { id: 'yard', live: { colour: false, fps: 5, denoiser: './my-denoiser' } };
  expect(changesOf({ ...formOf(settings), liveFps: '8' }, settings)).toEqual({ live: { fps: 8 } });
});

test.each([
  ['rtsp://admin:x@front-door.local/stream', [], 'front-door'],
  ['rtsp://Front_Door/1', [], 'front-door'],
  ['rtsp://192.168.1.20/stream', [], 'camera'],
  ['rtsp://192.168.1.20/stream', ['camera', 'camera-2'], 'camera-3'],
  ['rtsp', [], undefined],
])('the camera at %s beside %j may be called %s', (url, taken, name) => expect(suggestedId(url, taken)).toBe(name));

test('a password of any letters is put into the URL, in place of what was there', () => {
  expect(withCredentials('rtsp://10.0.0.2/main', 'ad min', 'p@ss/1')).toBe('rtsp://ad%20min:p%40ss%2F1@10.0.0.2/main');
  expect(withCredentials('rtsp://old@10.0.0.2/main', 'a', 'b')).toBe('rtsp://a:b@10.0.0.2/main');
  expect(withCredentials('rtsp://10.0.0.2/main', '', '')).toBe('rtsp://10.0.0.2/main');
});
