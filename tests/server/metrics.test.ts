import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Registry } from 'prom-client';
import { parseSamples } from '../../src/dashboard/state/metrics-summary.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { processUsage } from '../../src/server/process-usage.ts';
import { startSynthetic } from './synthetic-feed.ts';

test('GET /metrics gives Prometheus text in which every line is a comment or a sample', async () => {
  const { server, feed, close } = await startSynthetic();
  feed.metrics.framesDropped.inc({ camera: 'do"or', reason: 'queue-full' });
  feed.metrics.stageSeconds.observe({ stage: 'end_to_end' }, 0.12);
  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  const text = await response.text();
  await close();
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(parseSamples(text)).toHaveLength(lines.length);
  expect(lines).toContain('nightjar_frames_dropped_total{camera="do\\"or",reason="queue-full"} 1');
  expect(lines).toContain('nightjar_stage_seconds_bucket{le="0.15",stage="end_to_end"} 1');
  expect(text).toContain('process_resident_memory_bytes');
});

test('two registries count for themselves', async () => {
  const [one, other] = [createMetrics(new Registry()), createMetrics(new Registry())];
  one.viewers.set(5);
  expect(await other.registry.metrics()).toContain('nightjar_viewers 0');
});

test("reads a child's memory and processor time at each scrape, until it is gone", async () => {
  const metrics = createMetrics(new Registry());
  const child = spawn(process.execPath, [
    '-e',
    'while (process.cpuUsage().user < 300_000); process.stdout.write("x"); setInterval(() => {}, 1000)',
  ]);
  await once(child.stdout, 'data');
  metrics.children.set('door', child.pid ?? 0);
  const read = async () => {
    const values = parseSamples(await metrics.registry.metrics()).filter(({ labels }) => labels['camera'] === 'door');
    return Object.fromEntries(values.map(({ name, value }) => [name, value]));
  };
  const usage = await read();
  expect(usage['nightjar_child_resident_memory_bytes']).toBeGreaterThan(2 ** 20);
  expect(usage['nightjar_child_cpu_seconds_total']).toBeGreaterThanOrEqual(0.2);
  expect((await read())['nightjar_child_cpu_seconds_total']).toBeLessThan(10);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  metrics.children.delete('door');
  expect(await read()).toEqual({});
});

test('a process that does not exist has used nothing', () => {
  expect(processUsage(2 ** 30)).toBeUndefined();
});

test('of a camera that there is no more no series stays, and those of the others do', async () => {
  const metrics = createMetrics(new Registry());
  for (const id of ['door', 'yard']) {
    metrics.framesDecoded.inc({ camera: id });
    metrics.framesDropped.inc({ camera: id, reason: 'pool' });
    metrics.cameraUp.set({ camera: id }, 1);
    metrics.children.set(id, process.pid);
  }
  metrics.queueLength.set({ queue: 'inference' }, 3);
  await metrics.removeCamera('door');
  const text = await metrics.registry.metrics();
  expect(text).not.toContain('camera="door"');
  expect(text).toMatch(/nightjar_frames_dropped_total\{camera="yard",reason="pool"\} 1/);
  expect(text).toMatch(/nightjar_child_resident_memory_bytes\{camera="yard"\} [1-9]/);
  expect(text).toMatch(/nightjar_queue_length\{queue="inference"\} 3/);
});
