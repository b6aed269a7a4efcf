import type { FastifyInstance } from 'fastify';

import type { Role } from '../../src/dashboard/wire.ts';
import type { FakeDeps } from './fake-nightjar.ts';

/** /api/session, /api/users, /api/tokens and /api/notifiers. The password of everybody is "open sesame". */
export const addPeopleRoutes = (app: FastifyInstance, { state, refuse }: FakeDeps): void => {
  let attempts = 0;
  app.get('/api/session', () => ({
    user: state.isOpen || state.role === undefined ? null : { name: 'ada', role: state.role },
    isOpen: state.isOpen,
  }));
  app.post<{ Body: { name: string; password: string } }>('/api/session', ({ body: { name, password } }, reply) => {
    if (++attempts > 5)
      return refuse(reply.header('retry-after', '30'), 429, 'too-many-attempts', 'Too many attempts.');
    if (password !== 'open sesame') return refuse(reply, 401, 'wrong-credentials', 'Wrong.');
    state.role = state.users.find((user) => user.name === name)?.role ?? 'viewer';
    return { name, role: state.role };
  });
  app.delete('/api/session', (_request, reply) => {
    state.role = undefined;
    return reply.status(204).send();
  });
  app.put<{ Body: { password: string } }>('/api/session/password', ({ body: { password } }, reply) =>
    password === 'open sesame'
      ? reply.status(204).send()
      : refuse(reply, 401, 'wrong-credentials', 'The password is wrong.'),
  );
  app.get('/api/users', () => state.users);
  app.post<{ Body: { name: string; role: Role } }>('/api/users', ({ body: { name, role } }, reply) => {
    state.users = [...state.users, { name, role }];
    return reply.status(201).send({ name, role });
  });
  app.patch<{ Params: { name: string }; Body: { role: Role } }>(
    '/api/users/:name',
    ({ params: { name }, body: { role } }) => {
      state.users = state.users.map((user) => (user.name === name ? { name, role } : user));
      return { name, role };
    },
  );
  app.delete<{ Params: { name: string } }>('/api/users/:name', ({ params: { name } }, reply) => {
    state.users = state.users.filter((user) => user.name !== name);
    return reply.status(204).send();
  });
  app.get('/api/tokens', () => state.tokens);
  app.post<{ Body: { name: string; role: Role } }>('/api/tokens', ({ body: { name, role } }, reply) => {
    const id = `t${state.tokens.length + 1}`;
    state.tokens = [...state.tokens, { id, name, role, createdAt: Date.now(), usedAt: null }];
    return reply.status(201).send({ id, token: `nightjar_${id}_4f1c9` });
  });
  app.delete<{ Params: { id: string } }>('/api/tokens/:id', ({ params: { id } }, reply) => {
    state.tokens = state.tokens.filter((token) => token.id !== id);
    return reply.status(204).send();
  });
  app.get('/api/notifiers', () => [
    { name: 'home', kind: 'mqtt', isUp: true, pending: 0, dead: 0 },
    { name: 'phone', kind: 'webhook', isUp: false, message: 'The server answers with 503.', pending: 3, dead: state.dead.length }, // prettier-ignore
  ]);
  app.post<{ Params: { name: string } }>('/api/notifiers/:name/test', ({ params: { name } }) =>
    name === 'home' ? { ok: true } : { ok: false, message: 'The server answered with 503.' },
  );
  app.get('/api/notifiers/dead', () => state.dead);
  app.post('/api/notifiers/dead/:id/retry', () => ({ ok: true }));
  app.delete<{ Params: { id: string } }>('/api/notifiers/dead/:id', ({ params: { id } }, reply) => {
    state.dead = state.dead.filter((letter) => letter.id !== Number(id));
    return reply.status(204).send();
  });
  app.get('/api/openapi.json', () => ({ openapi: '3.1.0', info: { title: 'Nightjar', version: '0.1.0' } }));
};
