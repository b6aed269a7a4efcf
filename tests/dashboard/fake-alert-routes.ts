import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { FastifyInstance, FastifyReply } from 'fastify';

import type { Alert, Verdict } from '../../src/dashboard/wire.ts';
import { found, timelineOf } from './fake-alerts.ts';
import type { FakeDeps } from './fake-nightjar.ts';

type Query = Record<string, string | undefined>;

let clip: Buffer | undefined;
/** Six seconds of a test picture, made once. */
const clipBytes = (): Buffer => {
  if (clip) return clip;
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-clip-'));
  const file = path.join(folder, 'clip.mp4');
  execFileSync('ffmpeg', `-v error -f lavfi -i testsrc=size=320x180:rate=10:duration=6 -c:v libx264 -pix_fmt yuv420p -movflags +faststart ${file}`.split(' ')); // prettier-ignore
  clip = readFileSync(file);
  rmSync(folder, { recursive: true });
  return clip;
};

/** /api/alerts as the contract of the page has it. */
export const addAlertRoutes = (app: FastifyInstance, { state, live, refuse, sceneJpeg }: FakeDeps): void => {
  const byId = (id: string): Alert | undefined => state.alerts.find((alert) => alert.id === id);
  const unknown = (reply: FastifyReply): FastifyReply => refuse(reply, 404, 'unknown-alert', 'No such alert.');
  const change = (alert: Alert): Alert => {
    state.alerts = state.alerts.map((before) => (before.id === alert.id ? alert : before));
    live.tell('alert', { type: 'alert', event: 'updated', alert });
    return alert;
  };
  const remove = (gone: readonly Alert[]): void => {
    state.alerts = state.alerts.filter((alert) => !gone.includes(alert));
    for (const alert of gone) live.tell('alert', { type: 'alert', event: 'deleted', alert });
  };
  app.get<{ Querystring: Query }>('/api/alerts', ({ query }) =>
    found(state.alerts, query).slice(0, Number(query['limit'] ?? 100)),
  );
  app.delete<{ Querystring: Query }>('/api/alerts', ({ query }) => {
    const gone = found(state.alerts, query);
    remove(gone);
    return { deleted: gone.length };
  });
  app.get<{ Querystring: Query }>('/api/alerts/timeline', ({ query }) => timelineOf(state.alerts, query));
  app.get('/api/alerts/export.zip', (_request, reply) => reply.type('application/zip').send(Buffer.from('PK')));
  app.get<{ Params: { id: string } }>('/api/alerts/:id', ({ params: { id } }, reply) => byId(id) ?? unknown(reply));
  app.delete<{ Params: { id: string } }>('/api/alerts/:id', ({ params: { id } }, reply) => {
    const alert = byId(id);
    if (!alert) return unknown(reply);
    remove([alert]);
    return reply.status(204).send();
  });
  app.put<{ Params: { id: string }; Body: { verdict: Verdict | null } }>('/api/alerts/:id/verdict', ({ params: { id }, body }, reply) => {
    const alert = byId(id);
    return alert ? change({ ...alert, verdict: body.verdict }) : unknown(reply);
  }); // prettier-ignore
  app.get<{ Params: { id: string } }>('/api/alerts/:id/snapshot.jpg', ({ params: { id } }, reply) =>
    byId(id)?.snapshot ? reply.type('image/jpeg').send(sceneJpeg()) : unknown(reply),
  );
  app.get<{ Params: { id: string } }>('/api/alerts/:id/clip.mp4', ({ params: { id }, headers: { range } }, reply) => {
    if (!byId(id)?.hasClip) return refuse(reply, 404, 'no-clip', 'There is no clip.');
    const bytes = clipBytes();
    const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(range ?? '') ?? [];
    const [first, last] = [Number(from), to === '' ? bytes.length - 1 : Number(to)];
    if (range) void reply.status(206).header('content-range', `bytes ${first}-${last}/${bytes.length}`);
    return reply
      .type('video/mp4')
      .header('accept-ranges', 'bytes')
      .send(bytes.subarray(first, last + 1));
  });
  app.get<{ Params: { id: string } }>('/api/alerts/:id/heatmap', ({ params: { id } }, reply) => {
    if (byId(id)?.kind !== 'anomaly') return refuse(reply, 404, 'no-heatmap', 'There is no heat map.');
    const [rows, columns] = [9, 16];
    const values = Array.from({ length: rows * columns }, (_value, cell) => {
      const [x, y] = [(cell % columns) - 6, Math.floor(cell / columns) - 6];
      return Math.round(240 * Math.exp(-(x * x + y * y) / 5));
    });
    return { rows, columns, values };
  });
  app.get<{ Params: { id: string } }>('/api/alerts/:id/scores', ({ params: { id } }, reply) => {
    const alert = byId(id);
    if (!alert) return unknown(reply);
    const { startAt, peakAt, peakScore } = alert;
    const points = Array.from({ length: 120 }, (_value, index) => {
      const time = startAt - 30_000 + index * 500;
      return [time, 0.35 + 0.05 * Math.sin(index) + peakScore * 0.8 * Math.exp(-(((time - peakAt) / 5000) ** 2))];
    });
    return { points };
  });
  app.get('/api/alerts/:id/export.zip', (_request, reply) => reply.type('application/zip').send(Buffer.from('PK')));
};
