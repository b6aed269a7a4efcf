import { trustedProxies } from '../../src/server/trusted-proxies.ts';

const isProxy = trustedProxies(['10.0.0.0/8', '192.168.1.4', 'fd00::/64']);

test.each(['10.1.2.3', '192.168.1.4', '::ffff:192.168.1.4', 'fd00::12'])('%s is one of the proxies', (address) => {
  expect(isProxy(address)).toBe(true);
});

test.each(['11.0.0.1', '192.168.1.5', '::ffff:11.0.0.1', 'fd00:0:0:1::1', '', 'proxy.example', undefined])(
  '%s is none of them',
  (address) => {
    expect(isProxy(address)).toBe(false);
  },
);

test('without a list nobody is', () => {
  expect(trustedProxies([])('127.0.0.1')).toBe(false);
});
