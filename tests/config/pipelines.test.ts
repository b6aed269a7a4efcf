import { readFileSync, readdirSync } from 'node:fs';

import { loadPipeline } from '../../src/config/load.ts';

const env = {
  CAMERA_URL: 'rtsp://camera/stream1',
  FRONT_DOOR_PASSWORD: 'secret',
  AISLE_PASSWORD: 'secret',
};
const files = readdirSync('pipelines')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `pipelines/${name}`);

test.each(files)('%s loads', async (file) => {
  expect((await loadPipeline(file, env)).cameras.length).toBeGreaterThan(0);
});

test.each(files)('%s tells editors its schema', (file) => {
  expect(readFileSync(file, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/schema\.json\n/);
});

test('the annotated example shows a mask, a shared model and a port from the environment', async () => {
  const { cameras, server } = await loadPipeline('pipelines/my-cameras.yaml', { ...env, NIGHTJAR_PORT: '9000' });
  expect(cameras.find(({ id }) => id === 'front-door')?.mask).toHaveLength(2);
  expect(new Set(cameras.map(({ model }) => model)).size).toBe(cameras.length - 1);
  expect(server.port).toBe(9000);
});
