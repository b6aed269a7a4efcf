import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import fastifyStatic from '@fastify/static';
import jpeg from '@julusian/jpeg-turbo';
import path from 'node:path';

import type { Alert, CameraStatus, Role } from '../../src/dashboard/wire.ts';
import type { LivePicture, Prediction } from '../../src/core/prediction.ts';
import { cameraOf } from '../support/camera-of.ts';
import { addAlertRoutes } from './fake-alert-routes.ts';
import { addCameraRoutes } from './fake-camera-routes.ts';
import { addPeopleRoutes } from './fake-people-routes.ts';
import { fakeHistory } from './fake-alerts.ts';
import { FakeLive } from './fake-live.ts';
import { scenePicture, scenePrediction } from './synthetic-scene.ts';

/** The page's policy as src/server/server.ts has it. */
const policy =
  "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const size = { width: 320, height: 180, live: { width: 320, height: 180, fps: 10 } };

export interface FakeState {
  cameras: CameraStatus[];
  alerts: Alert[];
  /** Role of whoever asks; undefined: a log-in is required. */
  role: Role | undefined;
  /** On a loopback address nobody logs in. */
  isOpen: boolean;
  /** Keys of the pipeline file. */
  settings: Record<string, Record<string, unknown>>;
  problems: string[];
  users: { name: string; role: Role }[];
  tokens: { id: string; name: string; role: Role; createdAt: number; usedAt: number | null }[];
  dead: { id: number; notifier: string; alert: Alert; attempts: number; message: string; at: number }[];
  /** Addresses below /api that this server lacks. */
  lacks: RegExp | undefined;
  /** The score of every camera that is not said otherwise. */
  scores: Record<string, number>;
}

export interface FakeDeps {
  readonly state: FakeState;
  readonly live: FakeLive;
  readonly refuse: (reply: FastifyReply, status: number, code: string, message: string) => FastifyReply;
  readonly sceneJpeg: () => Buffer;
}

const initialState = (): FakeState => ({
  cameras: [
    { ...cameraOf('front-door', size) },
    { ...cameraOf('yard', size) },
    {
      ...cameraOf('garage', {
        ...size,
        state: 'failed',
        cause: 'unauthorized',
        message: 'The camera refuses the password.',
      }),
    },
    { ...cameraOf('night-gate', { ...size, state: 'learning', working: ['denoise'], hasModel: false, learning: { stage: 'training', fraction: 0.42, loss: 0.0012, framesPerSecond: 310, secondsLeft: 200 } }) }, // prettier-ignore
  ],
  alerts: fakeHistory(Date.now()),
  role: 'admin',
  isOpen: true,
  settings: {},
  problems: [],
  users: [{ name: 'ada', role: 'admin' }, { name: 'ben', role: 'viewer' }], // prettier-ignore
  tokens: [
    { id: 't1', name: 'prometheus', role: 'viewer', createdAt: Date.now() - 86_400_000, usedAt: Date.now() - 60_000 },
  ],
  dead: [],
  lacks: undefined,
  scores: {},
});

/** A server that does what the page asks for, with made-up cameras, on a free port. */
export const startFakeNightjar = async (changes: Partial<FakeState> = {}) => {
  const state: FakeState = { ...initialState(), ...changes };
  const app = fastify({ forceCloseConnections: true });
  const refuse: FakeDeps['refuse'] = (reply, status, code, message) => reply.status(status).send({ code, message });
  const sceneJpeg = (): Buffer =>
    jpeg.compressSync(Buffer.from(scenePicture('front-door', 5).frame.data), {
      width: 320,
      height: 180,
      format: jpeg.FORMAT_RGB,
      subsampling: jpeg.SAMP_420,
    });
  const isIn = (): boolean => state.isOpen || state.role !== undefined;
  const live = new FakeLive(
    app.server,
    state.cameras.map(({ id }) => id),
    isIn,
    (topic) => {
      if (topic === 'metrics') return [{ type: 'metrics', text: metricsText() }];
      if (topic !== 'status') return [];
      return [
        ...state.cameras.map((status) => ({ type: 'status', status })),
        { type: 'pipeline', problems: state.problems },
      ];
    },
  );
  app.addHook('onRequest', async (request: FastifyRequest, reply) => {
    reply.headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' });
    if (!request.url.startsWith('/api') || request.url.startsWith('/api/session')) return;
    if (state.lacks?.test(request.url)) return refuse(reply, 404, 'not-found', 'There is nothing at this address.');
    if (!isIn()) return refuse(reply, 401, 'login-required', 'Log in first.');
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'not-found', 'There is nothing at this address.'));
  await app.register(fastifyStatic, { root: path.resolve('dist/dashboard'), cacheControl: false });
  const deps = { state, live, refuse, sceneJpeg };
  addAlertRoutes(app, deps);
  addCameraRoutes(app, deps);
  addPeopleRoutes(app, deps);

  let sequence = 0;
  const metricsText = (): string =>
    [
      ...state.cameras.flatMap(({ id }) => [
        `nightjar_frames_decoded_total{camera="${id}"} ${sequence}`,
        `nightjar_frames_dropped_total{camera="${id}",reason="stale"} ${Math.floor(sequence / 40)}`,
      ]),
      `nightjar_stage_seconds_bucket{le="0.05",stage="end_to_end"} ${sequence}`,
      `nightjar_stage_seconds_bucket{le="+Inf",stage="end_to_end"} ${sequence}`,
      `nightjar_viewers ${live.viewers}`,
      '',
    ].join('\n');
  const step = (): void => {
    sequence++;
    for (const { id, state: now, working } of state.cameras) {
      if (now !== 'live' && now !== 'learning') continue;
      // 0.3 to 0.5, and slow waves.
      const score = state.scores[id] ?? 0.4 + 0.1 * Math.sin(sequence / 7 + id.length);
      const picture: LivePicture = scenePicture(id, sequence);
      const prediction: Prediction = scenePrediction(id, sequence, score);
      live.show('raw', id, picture);
      if (working.includes('denoise')) live.show('denoised', id, picture);
      if (!working.includes('anomaly')) continue;
      live.show('heatmap', id, prediction);
      const [capturedAt, sentAt] = [Date.now() - 45, Date.now()];
      live.tell('prediction', { type: 'prediction', camera: id, sequence, capturedAt, sentAt, predScore: score, queuedMs: 3, inferenceMs: 21 }); // prettier-ignore
    }
    if (sequence % 10 === 0) live.tell('metrics', { type: 'metrics', text: metricsText() });
  };
  const running = setInterval(step, 100);

  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  return {
    state,
    live,
    url: `http://127.0.0.1:${port}/`,
    /** Stops the pictures and scores. */
    freeze: () => clearInterval(running),
    announce: (event: 'opened' | 'updated' | 'closed' | 'deleted', alert: Alert) => {
      state.alerts = state.alerts.filter(({ id }) => id !== alert.id);
      if (event !== 'deleted') state.alerts = [alert, ...state.alerts].sort((a, b) => b.startAt - a.startAt);
      live.tell('alert', { type: 'alert', event, alert });
    },
    setCamera: (status: CameraStatus) => {
      state.cameras = state.cameras.map((before) => (before.id === status.id ? status : before));
      live.tell('status', { type: 'status', status });
    },
    close: async () => {
      clearInterval(running);
      live.cut();
      await app.close();
    },
  };
};
export type FakeNightjar = Awaited<ReturnType<typeof startFakeNightjar>>;
