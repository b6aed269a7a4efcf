import type { FastifyInstance, FastifyReply } from 'fastify';

import type { CameraStatus } from '../../src/dashboard/wire.ts';
import { cameraOf } from '../support/camera-of.ts';
import type { FakeDeps } from './fake-nightjar.ts';

interface ById {
  Params: { id: string };
}

const codec = { codec: 'h264', width: 320, height: 180 };

/** /api/cameras and /api/pipeline as the contract of the page has them. The password of every camera is "right". */
export const addCameraRoutes = (app: FastifyInstance, { state, live, refuse, sceneJpeg }: FakeDeps): void => {
  const byId = (id: string): CameraStatus | undefined => state.cameras.find((status) => status.id === id);
  const unknown = (reply: FastifyReply): FastifyReply => refuse(reply, 404, 'unknown-camera', 'No such camera.');
  const put = (status: CameraStatus): CameraStatus => {
    state.cameras = state.cameras.map((before) => (before.id === status.id ? status : before));
    live.tell('status', { type: 'status', status });
    return status;
  };
  const changed = (id: string, reply: FastifyReply, change: (status: CameraStatus) => CameraStatus) => {
    const status = byId(id);
    return status ? put(change(status)) : unknown(reply);
  };
  app.get('/api/pipeline', () => ({ file: 'my-cameras.yaml', canWrite: true, problems: state.problems }));
  app.get('/api/cameras', () => state.cameras);
  app.post<{ Body: { id: string; url: string } & Record<string, unknown> }>('/api/cameras', ({ body }, reply) => {
    if (byId(body.id)) return refuse(reply, 400, 'invalid-settings', `cameras[4].id: ${body.id} is there already`);
    const status = cameraOf(body.id, { width: 320, height: 180, live: { width: 320, height: 180, fps: 10 } });
    state.cameras = [...state.cameras, status];
    state.settings[body.id] = body;
    live.names.push(body.id);
    live.sayHello();
    live.tell('status', { type: 'status', status });
    return reply.status(201).send(status);
  });
  app.post<{ Body: { url: string } }>('/api/cameras/probe', ({ body: { url } }) => {
    if (url.includes(':right@'))
      return { ok: true, ...codec, picture: `data:image/jpeg;base64,${sceneJpeg().toString('base64')}` };
    return url.includes('@')
      ? { ok: false, cause: 'unauthorized', message: 'The camera refuses the password.' }
      : { ok: false, cause: 'refused', message: 'Nothing listens at port 554.' };
  });
  app.get('/api/cameras/discover', () => ({
    devices: [{ name: 'Gate camera', hardware: 'IPC-2', address: '192.168.1.44', xaddr: 'http://192.168.1.44/onvif' }],
  }));
  app.post<{ Body: { password: string } }>('/api/cameras/discover/streams', ({ body: { password } }, reply) =>
    password === 'right'
      ? { streams: [{ name: 'Main', url: 'rtsp://192.168.1.44/main', ...codec }, { name: 'Sub', url: 'rtsp://192.168.1.44/sub', ...codec }] } // prettier-ignore
      : refuse(reply, 400, 'onvif-refused', 'The camera refuses the user or the password.'),
  );
  app.get<ById>('/api/cameras/:id/settings', ({ params: { id } }, reply) =>
    byId(id) ? { id, url: `rtsp://***@${id}.local/main`, ...state.settings[id] } : unknown(reply),
  );
  app.get<ById>('/api/cameras/:id/picture.jpg', (_request, reply) => reply.type('image/jpeg').send(sceneJpeg()));
  app.get<ById>('/api/cameras/:id/report', (_request, reply) => reply.type('text/html').send('<h1>Report</h1>'));
  app.patch<ById & { Body: Record<string, unknown> }>('/api/cameras/:id', ({ params: { id }, body }, reply) => {
    if (body['size'] === '1x1')
      return refuse(reply, 400, 'invalid-settings', 'size: expected both divisible by 8, found 1x1');
    state.settings[id] = { ...state.settings[id], ...body };
    return byId(id) ?? unknown(reply);
  });
  app.delete<ById>('/api/cameras/:id', ({ params: { id } }, reply) => {
    state.cameras = state.cameras.filter((status) => status.id !== id);
    live.names[live.names.indexOf(id)] = '';
    live.sayHello();
    return reply.status(204).send();
  });
  app.post<ById>('/api/cameras/:id/pause', ({ params: { id } }, reply) =>
    changed(id, reply, (status) => ({ ...status, state: 'paused' })),
  );
  app.post<ById>('/api/cameras/:id/resume', ({ params: { id } }, reply) =>
    changed(id, reply, (status) => ({ ...status, state: 'live' })),
  );
  app.post<ById>('/api/cameras/:id/learn', ({ params: { id } }, reply) =>
    changed(id, reply.status(202), (status) => ({
      ...status,
      learning: { stage: 'collecting', fraction: 0.1, secondsLeft: 90 },
    })),
  );
  app.delete<ById>('/api/cameras/:id/learn', ({ params: { id } }, reply) =>
    changed(id, reply, ({ learning: _learning, ...status }) => status),
  );
};
