import { Demand } from '../../src/core/demand.ts';

test('a picture is wanted until the last who wanted it does not', () => {
  const demand = new Demand();
  const first = demand.want('door', 'denoised');
  const second = demand.want('door', 'denoised');
  first();
  expect(demand.wants('door', 'denoised')).toBe(true);
  second();
  expect(demand.wants('door', 'denoised')).toBe(false);
});

test('taking a wish back twice does not take back that of another', () => {
  const demand = new Demand();
  const first = demand.want('door', 'raw');
  demand.want('door', 'raw');
  first();
  first();
  expect(demand.wants('door', 'raw')).toBe(true);
});

test('those who listen are told of the first who wants something and of the last who no longer does', () => {
  const demand = new Demand();
  const changes: string[] = [];
  const stop = demand.onChange((camera) => changes.push(`${camera} ${demand.wants(camera, 'raw')}`));
  const [first, second] = [demand.want('door', 'raw'), demand.want('door', 'raw')];
  first();
  second();
  stop();
  demand.want('door', 'raw');
  expect(changes).toEqual(['door true', 'door false']);
});

test('kinds and cameras are wanted apart', () => {
  const demand = new Demand();
  demand.want('door', 'raw');
  expect([demand.wants('door', 'denoised'), demand.wants('yard', 'raw')]).toEqual([false, false]);
});
