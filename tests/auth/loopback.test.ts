import { isLoopbackHost, isLoopbackName } from '../../src/auth/loopback.ts';

test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('only this machine reaches %s', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

test.each([
  '0.0.0.0',
  '::',
  '192.168.1.4',
  '127.evil.example',
  'localhost.evil.example',
  'nightjar.local',
  '::ffff:10.0.0.1',
])('others reach %s', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

test.each([
  'localhost',
  'localhost:8080',
  'LOCALHOST:80',
  'cams.localhost:8080',
  '127.0.0.1:8080',
  '[::1]:8080',
  '[::1]',
])('the Host header %s names this machine', (host) => {
  expect(isLoopbackName(host)).toBe(true);
});

test.each([
  undefined,
  '',
  'evil.example',
  'evil.example:8080',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '192.168.1.4:8080',
  'localhost@evil.example',
  '[::2]:8080',
  'evil.example:80:localhost',
])('the Host header %s does not', (host) => {
  expect(isLoopbackName(host)).toBe(false);
});
