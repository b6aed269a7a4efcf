import { WorkerPool } from '../../src/engine/worker-pool.ts';
import type { WorkerPoolOptions } from '../../src/engine/worker-pool.ts';
import { waitUntil } from '../support/wait-until.ts';

/** A worker without a thread: it leaves when told so, or when the test kills it. */
class FakeWorker {
  readonly id: number;
  readonly exited: Promise<string>;
  kill!: (reason: string) => void;

  constructor(id: number) {
    this.id = id;
    this.exited = new Promise((resolve) => (this.kill = resolve));
  }

  async stop(): Promise<void> {
    this.kill('stopped');
  }
}

type PoolOptions = Partial<WorkerPoolOptions<FakeWorker>>;

/** A pool of fake workers numbered from 0, in the order they were started. */
const openPool = (options: PoolOptions = {}) => {
  const first = new FakeWorker(0);
  const started = [first];
  const lines: string[] = [];
  const start = async (): Promise<FakeWorker> => {
    const worker = new FakeWorker(started.length);
    started.push(worker);
    return worker;
  };
  const log = (line: string): void => void lines.push(line);
  const pool = new WorkerPool({ first, size: 1, start, log, backoff: { minMs: 1, maxMs: 4 }, ...options });
  return { pool, started, lines };
};

/** A job that tells which worker it got and ends when the test says so. */
const heldJob = () => {
  let end!: () => void;
  const released = new Promise<void>((resolve) => (end = resolve));
  return {
    end,
    job: async (worker: FakeWorker): Promise<number> => {
      await released;
      return worker.id;
    },
  };
};
const idOf = async (worker: FakeWorker): Promise<number> => worker.id;
const any = (): boolean => false;

test('gives each job a worker of its own, and prefers one that suits', async () => {
  const { pool } = openPool({ size: 3 });
  await waitUntil('all three have started', () => expect(pool.workers).toHaveLength(3));
  const held = heldJob();
  const busy = pool.use(held.job, any);
  expect(await pool.use(idOf, (worker) => worker.id === 2)).toBe(2);
  expect(await pool.use(idOf, (worker) => worker.id === 0)).not.toBe(0);
  held.end();
  expect(await busy).toBe(0);
  await pool.close();
});

test('lets jobs wait in order when every worker is busy', async () => {
  const { pool } = openPool();
  const held = heldJob();
  const order: string[] = [];
  const jobs = ['first', 'second', 'third'].map(async (name) =>
    pool.use(async () => {
      order.push(name);
      if (name === 'first') await held.job(new FakeWorker(0));
    }, any),
  );
  held.end();
  await Promise.all(jobs);
  expect(order).toEqual(['first', 'second', 'third']);
  await pool.close();
});

test('refuses a job when as many wait as may', async () => {
  const { pool } = openPool({ maxWaiting: 1 });
  const held = heldJob();
  const jobs = [pool.use(held.job, any), pool.use(idOf, any)];
  await expect(pool.use(idOf, any)).rejects.toMatchObject({ name: 'EngineError', code: 'overloaded' });
  held.end();
  expect(await Promise.all(jobs)).toEqual([0, 0]);
  await pool.close();
});

test('gives the worker back when a job fails', async () => {
  const { pool } = openPool();
  const failing = pool.use(async () => {
    throw new Error('bad input');
  }, any);
  await expect(failing).rejects.toThrow('bad input');
  expect(await pool.use(idOf, any)).toBe(0);
  await pool.close();
});

test('replaces a worker that died, and says why', async () => {
  const { pool, started, lines } = openPool();
  started[0]!.kill('out of memory');
  await waitUntil('the next one is there', () => expect(pool.workers).toMatchObject([{ id: 1 }]));
  expect(await pool.use(idOf, any)).toBe(1);
  expect(lines).toEqual(['An inference worker died (out of memory); the next one starts in 0.001 s.']);
  await pool.close();
});

test('backs off while workers keep dying, up to the longest pause', async () => {
  const { pool, lines } = openPool({
    backoff: { minMs: 1, maxMs: 4 },
    start: async () => {
      throw new Error('no GPU');
    },
    first: Object.assign(new FakeWorker(0), { exited: Promise.resolve('crash') }),
  });
  await waitUntil('it said so five times', () => expect(lines.length).toBeGreaterThanOrEqual(5));
  expect(lines.slice(0, 5).map((line) => line.match(/in (\S+) s/)?.[1])).toEqual([
    '0.001',
    '0.002',
    '0.004',
    '0.004',
    '0.004',
  ]);
  expect(lines[1]).toContain('no GPU');
  await pool.close();
});

test('rejects the jobs that wait when the last worker dies', async () => {
  const { pool, started } = openPool();
  const held = heldJob();
  const running = pool.use(held.job, any);
  const waiting = pool.use(idOf, any);
  started[0]!.kill('crash');
  await expect(waiting).rejects.toMatchObject({ code: 'worker-died' });
  held.end();
  await running;
  await waitUntil('there is one again', () => expect(pool.workers).toHaveLength(1));
  expect(await pool.use(idOf, any)).toBe(1);
  await pool.close();
});

test('closing rejects who waits, stops every worker and starts no other', async () => {
  const { pool, started } = openPool({ size: 2 });
  await waitUntil('both have started', () => expect(pool.workers).toHaveLength(2));
  const held = heldJob();
  const running = [pool.use(held.job, any), pool.use(held.job, any)];
  const waiting = pool.use(idOf, any);
  const closing = pool.close();
  await expect(waiting).rejects.toMatchObject({ code: 'closed' });
  await closing;
  await expect(pool.use(idOf, any)).rejects.toMatchObject({ code: 'closed' });
  held.end();
  await Promise.all(running);
  expect(started).toHaveLength(2);
  expect(pool.workers).toEqual([]);
});

test('closing stops a worker that was just being started', async () => {
  const late = new FakeWorker(1);
  let finishStart!: (worker: FakeWorker) => void;
  const { pool } = openPool({ size: 2, start: async () => new Promise((resolve) => (finishStart = resolve)) });
  const closing = pool.close();
  finishStart(late);
  await closing;
  expect(await late.exited).toBe('stopped');
});
