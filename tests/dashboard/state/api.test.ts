import { Api, ApiError } from '../../../src/dashboard/state/api.ts';

const apiThat = (answer: () => Response | Promise<Response>) => {
  const calls: [string, RequestInit][] = [];
  let logins = 0;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    calls.push([url, init]);
    return answer();
  };
  return { api: new Api(fetch, () => logins++), calls, logins: () => logins };
};
const failure = async (promise: Promise<unknown>): Promise<ApiError> => {
  const error: unknown = await promise.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};
const refusal =
  (status: number, code: string, headers = {}) =>
  () =>
    new Response(JSON.stringify({ code, message: 'Why.' }), { status, headers });

test('sends JSON, and gives what the answer holds', async () => {
  const { api, calls } = apiThat(() => new Response('{"id":1}'));
  expect(await api.send('PUT', 'alerts/1/verdict', { verdict: null })).toEqual({ id: 1 });
  expect(calls).toEqual([
    [
      'api/alerts/1/verdict',
      { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"verdict":null}' },
    ],
  ]);
});

test('an answer without a body is undefined, and a request without one has no content type', async () => {
  const { api, calls } = apiThat(() => new Response(null, { status: 204 }));
  expect(await api.send('DELETE', 'session')).toBeUndefined();
  expect(calls[0]?.[1]).toEqual({ method: 'DELETE' });
});

test('a refusal keeps its code, its words and when to try again', async () => {
  const { api } = apiThat(refusal(429, 'too-many-attempts', { 'retry-after': '30' }));
  const error = await failure(api.get('session'));
  expect([error.status, error.code, error.message, error.retryAfterSeconds]).toEqual([
    429,
    'too-many-attempts',
    'Why.',
    30,
  ]);
});

test('a log-in that is required is told, a wrong password is not', async () => {
  const asked = apiThat(refusal(401, 'login-required'));
  await failure(asked.api.get('cameras'));
  expect(asked.logins()).toBe(1);
  const wrong = apiThat(refusal(401, 'wrong-credentials'));
  await failure(wrong.api.send('POST', 'session', {}));
  expect(wrong.logins()).toBe(0);
});

test('an endpoint that the server lacks is told from a thing that is not there', async () => {
  expect((await failure(apiThat(refusal(404, 'not-found')).api.get('users'))).isMissing).toBe(true);
  expect((await failure(apiThat(refusal(404, 'unknown-alert')).api.get('alerts/1'))).isMissing).toBe(false);
});

test('no answer is a failure in words that help, and so is one that is no JSON', async () => {
  const silent = apiThat(() => Promise.reject(new TypeError('Failed to fetch')));
  const error = await failure(silent.api.get('cameras'));
  expect([error.status, error.code]).toEqual([0, 'unreachable']);
  expect(error.message).toContain('does not answer');
  const proxy = await failure(apiThat(() => new Response('<h1>Bad gateway</h1>', { status: 502 })).api.get('cameras'));
  expect([proxy.status, proxy.message]).toEqual([502, 'Nightjar answered with 502.']);
});
