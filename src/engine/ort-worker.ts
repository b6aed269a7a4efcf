// The program of a worker thread: the only file that imports onnxruntime-node, whose runs block their thread.
// It must not be ended by terminate() or process.exit() during a run (the whole process would abort): send 'stop'.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

import { env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

import type { Tensor, Tensors } from '../core/tensor.ts';
import type { WorkerAnswer, WorkerCall, WorkerRequest, WorkerSettings } from './ort-messages.ts';
import { toTransfer } from './transfer.ts';

if (!parentPort) throw new Error('ort-worker.js is the program of a worker thread.');
const port = parentPort;
const { provider, threads, nice } = workerData as WorkerSettings;

// ONNX Runtime's threads inherit the niceness of the thread that creates them. Elsewhere it would hit the whole process.
if (nice !== undefined && process.platform === 'linux') setPriority(nice);
// Its failures come as exceptions; without this each is printed to stderr as well.
env.logLevel = 'fatal';

const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: [provider],
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};
const sessions = new Map<number, InferenceSession>();

const sessionOf = (id: number): InferenceSession => {
  const session = sessions.get(id);
  if (!session) throw new Error('The session was released.');
  return session;
};

const run = async ({ session: id, inputs, fetches }: WorkerRequest & { type: 'run' }): Promise<Tensors> => {
  const session = sessionOf(id);
  const feeds = Object.entries(inputs).map(([name, { type, data, shape }]) => [name, new OrtTensor(type, data, shape)]);
  const outputs = await session.run(Object.fromEntries(feeds), fetches ?? session.outputNames);
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { type, data, dims }]) => [name, { type, data, shape: dims } as Tensor]),
  );
};

const create = async ({ model, threads: own }: WorkerRequest & { type: 'load' }): Promise<InferenceSession> =>
  InferenceSession.create(model, { ...sessionOptions, intraOpNumThreads: own ?? threads });

const stop = async (): Promise<void> => {
  for (const session of sessions.values()) await session.release();
  port.close();
};

const handle = async (request: WorkerRequest): Promise<Tensors> => {
  if (request.type === 'run') return run(request);
  if (request.type === 'stop') await stop();
  else if (request.type === 'load') sessions.set(request.session, await create(request));
  else {
    await sessionOf(request.session).release();
    sessions.delete(request.session);
  }
  return {};
};

const answer = async ({ call, request }: WorkerCall): Promise<void> => {
  try {
    const { tensors, buffers } = toTransfer(await handle(request));
    port.postMessage({ call, outputs: tensors } satisfies WorkerAnswer, buffers);
  } catch (error) {
    port.postMessage({ call, error: (error as Error).message } satisfies WorkerAnswer);
  }
};

let last = Promise.resolve();
port.on('message', (call: WorkerCall) => {
  last = last.then(async () => answer(call));
});
