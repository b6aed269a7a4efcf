import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { signedHeaders } from '../../src/notify/webhook-signature.ts';

// The example of the specification's reference libraries.
test('signs as the reference libraries of Standard Webhooks do', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const headers = signedHeaders(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}');
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('the receiver in docs/notifications.md takes a signed post, once, and no other', () => {
  const [, code = ''] = /```js\n(.*?)```/s.exec(readFileSync('docs/notifications.md', 'utf8')) ?? [];
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const other = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
  const body = '{"type":"test"}';
  const now = Math.floor(Date.now() / 1000);
  const posts = [
    [secret, signedHeaders(secret, 'a-opened', now, body), body],
    [secret, signedHeaders(secret, 'a-opened', now, body), body],
    [other, signedHeaders(secret, 'b-opened', now, body), body],
    [secret, signedHeaders(secret, 'c-opened', now, body), `${body} `],
    [secret, signedHeaders(secret, 'd-opened', now - 1000, body), body],
    [secret, {}, body],
  ];
  const program = `${code}console.log(JSON.stringify(${JSON.stringify(posts)}.map((post) => verify(...post) ?? null)))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: program,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([{ type: 'test' }, null, null, null, null, null]);
});
