import fastify from 'fastify';

import { addGuard, bearerOf, refusalOfOrigin, refusalOfRole } from '../../src/server/guard.ts';
import { accessFor } from './synthetic-feed.ts';

const host = 'nightjar.example:8080';
const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };

test.each([
  ['a program', 'POST', {}],
  ['the page itself', 'POST', { origin: 'http://nightjar.example:8080' }],
  ['the page itself, behind TLS that a proxy ends', 'POST', { origin: 'https://nightjar.example:8080' }],
  ['the page itself, by fetch metadata', 'GET', { 'sec-fetch-site': 'same-origin' }],
  ['the address bar', 'GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  ['a link elsewhere', 'GET', navigation],
])('takes a request of %s (%s)', (_name, method, headers) => {
  expect(refusalOfOrigin({ method, host, headers }, false)).toBeUndefined();
});

test.each([
  ['another site', 'POST', { origin: 'http://evil.example' }],
  ['another port', 'POST', { origin: 'http://nightjar.example:9090' }],
  ['a name that begins alike', 'POST', { origin: 'http://nightjar.example:8080.evil.example' }],
  ['an opaque origin', 'POST', { origin: 'null' }],
  ['another site that hides its origin', 'POST', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['another site, as a picture', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['a sister site', 'DELETE', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
  ['a form elsewhere', 'POST', navigation],
])('refuses a request of %s (%s)', (_name, method, headers) => {
  expect(refusalOfOrigin({ method, host, headers }, false)).toEqual([
    403,
    'forbidden-origin',
    expect.stringMatching(/./),
  ]);
});

test.each([
  ['evil.example:8080', {}],
  [undefined, {}],
  ['localhost:8080', { 'x-forwarded-for': '203.0.113.9' }],
  ['localhost:8080', { forwarded: 'for=203.0.113.9' }],
  ['localhost:8080', { 'x-forwarded-host': 'cams.example' }],
])('without a log-in answers nobody who asks for %s with %j', (name, headers) => {
  const request = { method: 'GET', host: name, headers };
  expect(refusalOfOrigin(request, true)).toEqual([403, 'forbidden-host', expect.stringContaining('server.login')]);
  expect(refusalOfOrigin({ ...request, host: name ?? host }, false)).toBeUndefined();
});

test('tells who is unknown to log in, and who may not what it needs', () => {
  expect(refusalOfRole(undefined, 'anyone')).toBeUndefined();
  expect(refusalOfRole(undefined, 'viewer')).toEqual([401, 'login-required', expect.stringContaining('Log in')]);
  expect(refusalOfRole({ user: 'ada', role: 'viewer' }, 'viewer')).toBeUndefined();
  expect(refusalOfRole({ user: 'ada', role: 'viewer' }, 'admin')).toEqual([
    403,
    'forbidden',
    expect.stringMatching(/admin.*viewer/),
  ]);
});

test.each([
  [undefined, undefined],
  ['Bearer abc-_1', 'abc-_1'],
  ['bearer  abc ', 'abc'],
  ['Basic abc', ''],
  ['Bearer', ''],
  ['Bearer a b', ''],
  ['', ''],
])('reads the token of the Authorization header %j as %j', (header, token) => {
  expect(bearerOf(header)).toBe(token);
});

test('a route that does not say who may use it ends the start', async () => {
  const app = fastify();
  addGuard(app, accessFor(), 'cookie');
  expect(() => app.get('/api/forgotten', () => 'secret')).toThrow(
    'The route GET /api/forgotten does not say which role may use it.',
  );
  await app.close();
});
