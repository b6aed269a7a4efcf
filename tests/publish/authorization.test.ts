import { authorization } from '../../src/publish/authorization.ts';
import { rtspAddress } from '../../src/publish/rtsp-address.ts';

// RFC 7616, section 3.9.1.
const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
const request = {
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};
const offer = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
])('answers a challenge by %s as RFC 7616 says', (algorithm, response) => {
  const answer = authorization(offer(algorithm), mufasa, request);
  expect(answer).toContain(`response="${response}"`);
  expect(answer).toContain('nc=00000001');
  expect(answer).not.toContain('Circle');
});

test('answers a challenge without qop as RFC 2069 says', () => {
  // MD5("user:r:pw") etc., by md5sum.
  const answer = authorization('Digest realm="r", nonce="n"', { user: 'user', password: 'pw' }, { method: 'RECORD', uri: 'rtsp://h/p', count: 1 }); // prettier-ignore
  expect(answer).toBe(
    'Digest username="user", realm="r", nonce="n", uri="rtsp://h/p", response="e161051325682b5fef9676d121b4dda6"',
  );
});

test('Digest goes before Basic, whatever comes first', () => {
  expect(authorization(`Basic realm="x", ${offer('MD5')}`, mufasa, request)).toMatch(/^Digest/);
  expect(authorization('Basic realm="x"', mufasa, request)).toBe('Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl');
  expect(authorization('Digest realm="x", nonce="n", algorithm=SHA-512-256, Basic realm="x"', mufasa, request)).toMatch(/^Basic/); // prettier-ignore
  expect(authorization('Bearer realm="x"', mufasa, request)).toBeUndefined();
});

test.each([
  ['rtsp://h/live', { host: 'h', port: 554, isEncrypted: false, uri: 'rtsp://h/live' }],
  ['rtsps://h:8322/a/b/?x=1', { host: 'h', port: 8322, isEncrypted: true, uri: 'rtsps://h:8322/a/b?x=1' }],
  [
    'rtsp://me:a%2Fb%25@[::1]:8554/x',
    {
      host: '::1',
      port: 8554,
      isEncrypted: false,
      uri: 'rtsp://[::1]:8554/x',
      login: { user: 'me', password: 'a/b%' },
    },
  ],
])('%s is taken apart, and the login is not in what is sent', (url, expected) => {
  expect(rtspAddress(url)).toEqual(expected);
});
