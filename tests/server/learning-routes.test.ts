import { startSynthetic } from './synthetic-feed.ts';
import { cameraOf } from '../support/camera-of.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic({}, [
    cameraOf('door'),
    cameraOf('gate', { learning: { stage: 'training', fraction: 0.5 } }),
    cameraOf('lawn', { tasks: ['denoise'] }),
    cameraOf('shed', { state: 'paused' }),
  ]);
});
afterEach(async () => synthetic.close());

const ask = async (method: string, id: string, body?: object): Promise<[number, unknown]> => {
  const response = await fetch(`http://127.0.0.1:${synthetic.server.port}/api/cameras/${id}/learn`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return [response.status, await response.json()];
};

test('begins to learn, with and without wishes', async () => {
  expect(await ask('POST', 'door')).toMatchObject([202, { id: 'door' }]);
  expect(await ask('POST', 'door', { minutes: 30, fresh: true })).toMatchObject([202, { id: 'door' }]);
  expect(synthetic.feed.learnings).toEqual([{}, { minutes: 30, fresh: true }]);
});

test.each([
  ['nowhere', {}, 404, 'unknown-camera'],
  ['gate', {}, 409, 'already-learning'],
  ['lawn', {}, 409, 'nothing-to-learn'],
  ['shed', {}, 409, 'not-running'],
  ['door', { minutes: 0 }, 400, 'invalid-request'],
  ['door', { hours: 1 }, 400, 'invalid-request'],
])('asked to learn, camera %s with %j answers %d %s', async (id, body, status, code) => {
  expect(await ask('POST', id, body)).toMatchObject([status, { code }]);
});

test('cancels, whether there is something to cancel or not, of a camera that there is', async () => {
  expect(await ask('DELETE', 'door')).toMatchObject([200, { id: 'door' }]);
  expect(await ask('DELETE', 'shed')).toMatchObject([200, { id: 'shed' }]);
  expect(synthetic.feed.learnings).toEqual(['door', 'shed']);
  expect(await ask('DELETE', 'nowhere')).toMatchObject([404, { code: 'unknown-camera' }]);
});
