import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { Device, Engine, LoadOptions, Session } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { Tensors } from '../core/tensor.ts';
import { OnnxGraph } from '../model/onnx/graph.ts';
import type { Provider, WorkerSettings } from './ort-messages.ts';
import { OrtThread } from './ort-thread.ts';
import { WorkerPool } from './worker-pool.ts';

export interface OrtEngineOptions {
  readonly device: Device;
  /** Worker threads. Default: as many as cores on a CPU, 1 on a GPU. */
  readonly workers?: number;
  /** Threads of each worker. Default 1: on a CPU, N workers of one thread beat one worker of N. */
  readonly threads?: number;
  /** Frames worth putting into one run. Default 16 on a GPU, 1 on a CPU. */
  readonly batchSize?: number;
  readonly log?: (line: string) => void;
  /** Niceness of the worker threads, 0..19, so that learning yields to live cameras; only on Linux. */
  readonly nice?: number;
  /** Starts a worker thread. Default: ort-worker.js of the built package. */
  readonly spawn?: (settings: WorkerSettings) => Worker;
}

/**
 * What `auto` tries, in this order, before `cpu`. TensorRT is left out because it builds an engine for minutes per model, WebGPU
 * because nothing tells whether its adapter is a GPU or software, which is slower than the CPU provider.
 */
const autoProviders: readonly Provider[] = ['cuda'];

const install = 'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node';
const needs: Record<Provider, string> = {
  cpu: 'a platform that onnxruntime-node has a build for',
  cuda: `an NVIDIA GPU, CUDA 12, cuDNN 9 and its libraries (${install})`,
  tensorrt: `an NVIDIA GPU, CUDA 12, TensorRT 10 and its libraries (${install})`,
  webgpu: 'a GPU with a Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows) driver',
};

const probeSession = 0;
const probeModel = (): Uint8Array => {
  const graph = new OnnxGraph('probe');
  graph.opAs('y', 'Relu', [graph.input('x', [1])]);
  graph.output('y', [1]);
  return graph.toBytes();
};

const spawnOrtWorker = (settings: WorkerSettings): Worker =>
  new Worker(new URL('../../dist/engine/ort-worker.js', import.meta.url), { workerData: settings });

/** One run in progress and one that lies ready, so that a worker does not wait for the main thread between two runs. */
const runsPerWorker = 2;

/**
 * Opens ONNX Runtime in worker threads; its models are ONNX files as bytes, which must not change after `load`.
 *
 * Each worker creates the session of a model at the first run it gets for it. Runs beyond the number of workers wait in
 * order, 64 at most; then `run` rejects with 'overloaded'. When a worker dies, its run rejects with 'worker-died' and
 * another one is started, which loads the models again.
 *
 * Throws EngineError 'unavailable' with the reason when a named device cannot start.
 */
export const openOrtEngine = async (options: OrtEngineOptions): Promise<Engine<Uint8Array>> => {
  const { device, threads = 1, nice, log = () => undefined, spawn = spawnOrtWorker } = options;

  const start = async (provider: Provider): Promise<OrtThread> => {
    const thread = new OrtThread(spawn({ provider, threads, ...(nice === undefined ? {} : { nice }) }));
    try {
      await thread.load(probeSession, probeModel());
      return thread;
    } catch (error) {
      await thread.stop();
      const message = `The device ${provider} cannot be used: ${reasonOf(error)}. It needs ${needs[provider]}.`;
      throw new EngineError('unavailable', message, { cause: error });
    }
  };

  const { provider, first } = await chooseDevice(device, start, log);
  log(`Inference runs on ${provider}.`);
  const isCpu = provider === 'cpu';
  const size = options.workers ?? (isCpu ? availableParallelism() : 1);
  const pool = new WorkerPool({
    first,
    size,
    callersPerWorker: runsPerWorker,
    start: async () => start(provider),
    log,
  });
  let lastSession = probeSession;
  return {
    device: provider,
    concurrency: size * runsPerWorker,
    batchSize: options.batchSize ?? (isCpu ? 1 : 16),
    load: async (model, loading) => openSession(pool, ++lastSession, model, loading),
    close: async () => pool.close(),
  };
};

/** The message without the source line that ONNX Runtime puts before what it found to be false. */
const reasonOf = (error: unknown): string =>
  (error as Error).message.replace(/^\S+\.cc:\d+ .* was false\. /s, '').trim();

/** Starts a worker on the device named, or on the first that `auto` can use. */
const chooseDevice = async (
  device: Device,
  start: (provider: Provider) => Promise<OrtThread>,
  log: (line: string) => void,
): Promise<{ provider: Provider; first: OrtThread }> => {
  for (const provider of device === 'auto' ? autoProviders : []) {
    try {
      return { provider, first: await start(provider) };
    } catch (error) {
      log((error as Error).message);
    }
  }
  const provider = device === 'auto' ? 'cpu' : device;
  return { provider, first: await start(provider) };
};

const openSession = async (
  pool: WorkerPool<OrtThread>,
  id: number,
  model: Uint8Array,
  options: LoadOptions | undefined,
): Promise<Session> => {
  const hasSession = (thread: OrtThread): boolean => thread.has(id);
  let released = false;
  await pool.use(async (thread) => thread.load(id, model, options), hasSession);
  return {
    run: async (inputs: Tensors, fetches?: readonly string[]) =>
      pool.use(async (thread) => {
        if (released) throw new EngineError('closed', 'The session was released.');
        await thread.load(id, model, options);
        return thread.run(id, inputs, fetches);
      }, hasSession),
    release: async () => {
      released = true;
      // A thread that dies meanwhile has released it as well.
      await Promise.allSettled(pool.workers.map(async (thread) => thread.release(id)));
    },
  };
};
