import { redactorFor } from '../../src/camera/redact.ts';

test.each([
  ['rtsp://admin:s3cret@10.0.0.4:554/live', 'rtsp://admin:***@10.0.0.4:554/live'],
  ['rtsp://admin:p%40ss%2Fword@10.0.0.4/live', 'rtsp://admin:***@10.0.0.4/live'],
  ['rtsp://admin:p@ss@10.0.0.4/live', 'rtsp://admin:***@10.0.0.4/live'],
  ['rtsp://sometoken@10.0.0.4/live', 'rtsp://***@10.0.0.4/live'],
  ['rtsp://admin:pw@10.0.0.4/live', 'rtsp://admin:***@10.0.0.4/live'],
  ['http://10.0.0.4/cgi?user=admin&password=s3cret&channel=1', 'http://10.0.0.4/cgi?user=admin&password=***&channel=1'],
  ['http://10.0.0.4/a.m3u8?access_token=abc#x', 'http://10.0.0.4/a.m3u8?access_token=***#x'],
  ['http://10.0.0.4/snap?usr=a&pwd=b', 'http://10.0.0.4/snap?usr=a&pwd=***'],
  ['rtsp://10.0.0.4/live/@main', 'rtsp://10.0.0.4/live/@main'],
  ['/srv/clips/yard.mp4', '/srv/clips/yard.mp4'],
])('%s is shown as %s', (url, shown) => {
  expect(redactorFor(url)(url)).toBe(shown);
});

test('hides every spelling of the password, also away from its URL', () => {
  const redact = redactorFor('rtsp://admin:s3cret%2Fpa%20ss@10.0.0.4/live');
  expect(redact('password "s3cret/pa ss" (s3cret%2Fpa%20ss) for rtsp://admin:s3cret%2Fpa%20ss@10.0.0.4/live')).toBe(
    'password "***" (***) for rtsp://admin:***@10.0.0.4/live',
  );
});

test('hides a password whose slash nobody encoded', () => {
  expect(redactorFor('rtsp://admin:s3c/ret@10.0.0.4/live')('Port missing in uri s3c/ret')).toBe(
    'Port missing in uri ***',
  );
});

test('hides the passwords of other URLs in the text as well', () => {
  expect(redactorFor('rtsp://a/b')('redirected to rtsp://x:hush@c/d and rtsp://y:hush2@e/f')).toBe(
    'redirected to rtsp://x:***@c/d and rtsp://y:***@e/f',
  );
});

test('a password of two letters does not spoil ordinary words', () => {
  expect(redactorFor('rtsp://admin:ed@10.0.0.4/live')('Connection refused')).toBe('Connection refused');
});
