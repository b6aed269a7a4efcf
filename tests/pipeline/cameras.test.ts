import { Cameras } from '../../src/pipeline/cameras.ts';
import type { PipelineCamera } from '../../src/config/pipeline.ts';
import type { CameraStatus } from '../../src/core/status.ts';
import type { Inferred } from '../../src/pipeline/inference.ts';
import { bareStatus } from '../../src/pipeline/camera-status.ts';

const camera = (id: string, changes: Partial<PipelineCamera> = {}): PipelineCamera => ({
  id,
  url: `rtsp://admin:secret@${id}/live`,
  transport: 'tcp',
  ...{ width: 16, height: 8, format: 'gray', fps: 5, mask: [] },
  live: { width: 32, height: 16, format: 'rgb24', fps: 10 },
  tasks: ['anomaly'],
  model: `models/${id}`,
  denoiser: { model: 'fast', strength: 1 },
  paused: false,
  ...changes,
});

const setUp = ({ broken = [] as string[] } = {}) => {
  const log: string[] = [];
  const statuses: CameraStatus[] = [];
  const keeps: string[][] = [];
  const removed: string[] = [];
  const cancelled: string[] = [];
  const cameras = new Cameras({
    open: async (settings) => {
      if (broken.includes(settings.url)) throw new Error(`cannot open ${settings.id}`);
      log.push(`open ${settings.id}`);
      return {
        status: { ...bareStatus(settings, ''), state: 'live' },
        start: async () => void log.push(`start ${settings.id}`),
        takeModels: async () => void log.push(`models ${settings.id}`),
        startLearning: () => 'started',
        cancelLearning: () => cancelled.push(settings.id) > 0,
        onInferred: () => log.push(`answer ${settings.id}`),
        onRunFailed: () => log.push(`failed ${settings.id}`),
        close: async () => void log.push(`close ${settings.id}`),
        learningEnded: async () => undefined,
      };
    },
    onStatus: (status) => statuses.push(status),
    onKept: (kept) => void keeps.push(kept.map(({ id }) => id)),
    onRemoved: (id) => void removed.push(id),
  });
  let changes = 0;
  cameras.changes$.subscribe(() => changes++);
  return { cameras, log, statuses, cancelled, keeps, removed, changes: () => changes };
};

const answerTo = (id: string, width: number) => {
  const released: string[] = [];
  const frame = { camera: id, width, height: 8, release: () => released.push(id) };
  return { released, result: { work: { frame, stream: 'analysis', jobs: [] } } as unknown as Inferred };
};

test('cameras are opened at once and started when all is ready; later ones start by themselves', async () => {
  const { cameras, log, changes } = setUp();
  await cameras.set([camera('door'), camera('yard')]);
  expect(log).toEqual(['open door', 'open yard']);
  await cameras.start();
  expect(log.slice(2)).toEqual(['start door', 'start yard']);
  await cameras.set([camera('door'), camera('lane'), camera('yard')]);
  expect(log.slice(4)).toEqual(['open lane', 'start lane']);
  expect(cameras.status().map(({ id }) => id)).toEqual(['door', 'lane', 'yard']);
  expect(changes()).toBe(2);
});

test('only what changed is closed and opened again', async () => {
  const { cameras, log, changes } = setUp();
  await cameras.set([camera('door'), camera('yard')]);
  await cameras.start();
  log.length = 0;
  await cameras.set([camera('door', { fps: 8 }), camera('yard')]);
  expect(log).toEqual(['close door', 'open door', 'start door']);
  await cameras.set([camera('yard')]);
  expect(log.slice(3)).toEqual(['close door']);
  expect(changes()).toBe(2);
});

test('a paused camera is known and not opened', async () => {
  const { cameras, log, statuses } = setUp();
  await cameras.start();
  await cameras.set([camera('door', { paused: true })]);
  expect(log).toEqual([]);
  expect(statuses).toMatchObject([{ id: 'door', state: 'paused', url: 'rtsp://admin:***@door/live' }]);
  await cameras.set([camera('door')]);
  expect(log).toEqual(['open door', 'start door']);
});

test('one that cannot be opened is failed, told, and harms no other', async () => {
  const { cameras, log } = setUp({ broken: ['rtsp://admin:secret@door/live'] });
  await cameras.start();
  const problems = await cameras.set([camera('door'), camera('yard')]);
  expect(problems).toEqual([new Error('cannot open door')]);
  expect(log).toEqual(['open yard', 'start yard']);
  expect(cameras.status().map(({ id, state }) => [id, state])).toEqual([
    ['door', 'failed'],
    ['yard', 'live'],
  ]);
  expect(cameras.status()[0]?.message).toBe('cannot open door');
});

test('what only a camera needed that is closed can go before it is opened again, and all of one that is gone', async () => {
  const { cameras, keeps, removed } = setUp();
  await cameras.set([camera('door'), camera('yard'), camera('lane', { paused: true })]);
  await cameras.set([camera('door', { width: 24 }), camera('yard'), camera('lane', { paused: true })]);
  await cameras.set([camera('yard', { paused: true })]);
  expect(keeps).toEqual([[], ['yard'], []]);
  expect(removed).toEqual(['door', 'lane']);
});

test('answers to frames of a camera that is gone, or has another size now, are released', async () => {
  const { cameras, log } = setUp();
  await cameras.set([camera('door')]);
  const fits = answerTo('door', 16);
  const stale = answerTo('door', 24);
  const gone = answerTo('attic', 16);
  for (const { result } of [fits, stale, gone]) cameras.onInferred(result);
  expect(log).toEqual(['open door', 'answer door']);
  expect([fits.released, stale.released, gone.released]).toEqual([[], ['door'], ['attic']]);
});

test('calls run one after the other, and nothing is opened after closing', async () => {
  const { cameras, log } = setUp();
  await Promise.all([cameras.set([camera('door')]), cameras.set([camera('yard')])]);
  expect(log).toEqual(['open door', 'close door', 'open yard']);
  const late = cameras.close();
  await cameras.set([camera('lane')]);
  await late;
  expect(log.slice(3)).toEqual(['close yard']);
});

test('a camera that goes or changes learns no more; what closes as a whole decides that itself', async () => {
  const { cameras, cancelled } = setUp();
  await cameras.set([camera('door'), camera('yard'), camera('lane')]);
  await cameras.set([camera('door'), camera('yard', { fps: 2 })]);
  expect(cancelled).toEqual(['yard', 'lane']);
  expect([cameras.settings('yard')?.fps, cameras.settings('lane')]).toEqual([2, undefined]);
  await cameras.close();
  expect(cancelled).toHaveLength(2);
});
