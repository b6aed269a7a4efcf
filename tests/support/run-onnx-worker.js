// Runs ONNX graphs for run-onnx.ts, in a thread: onnxruntime-node must not be loaded inside Jest's own environment.
import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const options = { intraOpNumThreads: 1, extra: { session: { intra_op: { allow_spinning: '0' } } } };
const sessions = new Map();

const run = async ({ graphId, graph, feeds }) => {
  if (graph !== undefined) sessions.set(graphId, InferenceSession.create(graph, options));
  const session = await sessions.get(graphId);
  const results = await session.run(
    Object.fromEntries(
      Object.entries(feeds).map(([name, { type, data, shape }]) => [name, new Tensor(type, data, shape)]),
    ),
  );
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, data, dims }]) => [name, { type, data, shape: [...dims] }]),
  );
};

const close = async () => {
  for (const session of sessions.values()) {
    await session.then(
      (loaded) => loaded.release(),
      () => undefined,
    );
  }
  parentPort.close();
};

const answer = async (message) => {
  try {
    parentPort.postMessage({ id: message.id, tensors: await run(message) });
  } catch (error) {
    parentPort.postMessage({ id: message.id, error: error.message });
  }
};

parentPort.on('message', (message) => void (message.type === 'close' ? close() : answer(message)));
