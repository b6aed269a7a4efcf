import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { mayDo, type Role, userRoles } from '../../src/auth/role.ts';
import { describeApi } from '../../src/server/describe.ts';
import { alertOf } from '../support/alert-of.ts';
import { password, startWithUsers } from './with-users.ts';

interface Operation {
  readonly 'x-role': Role;
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, unknown>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const documentOf = async (): Promise<Document> => (await describeApi()).openapi as Document;

/** Something that there is, by the beginning of the path. */
const ids: Record<string, string> = { alerts: 'a1', cameras: 'door', notifiers: '7', tokens: 'none' };
const names: Record<string, string> = { users: 'viewer', notifiers: 'home' };
const addressOf = (path: string): string => {
  const kind = path.split('/')[2] ?? '';
  return path.replace('{id}', ids[kind] ?? '').replace('{name}', names[kind] ?? '');
};
/** Bodies that are fine as such; all other routes with a body get {}. */
const bodies: Record<string, unknown> = {
  'PUT /api/alerts/{id}/verdict': { verdict: 'real' },
  'POST /api/session': { name: 'viewer', password },
  'PUT /api/session/password': { password, newPassword: 'battery staple' },
  'POST /api/users': { name: 'ada', role: 'viewer', password },
  'PATCH /api/users/{name}': { role: 'operator' },
  'POST /api/tokens': { name: 'prometheus', role: 'viewer' },
  'POST /api/cameras': { id: 'yard', url: 'rtsp://yard/live' },
  'PATCH /api/cameras/{id}': { fps: 5 },
  'POST /api/cameras/probe': { url: 'rtsp://yard/live' },
  'POST /api/cameras/discover/streams': {
    xaddr: 'http://10.0.0.7/onvif/device_service',
    username: 'admin',
    password: 'right',
  },
};

const ajv = new Ajv2020({ strict: false });

let server: Awaited<ReturnType<typeof startWithUsers>>;
beforeEach(async () => (server = await startWithUsers()));
afterEach(() => server.close());

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D'); // prettier-ignore

/** Why the body is not what the document says for this status; undefined when it is. */
const problemOf = (document: Document, path: string, method: string, status: number, body: unknown): unknown => {
  const answer = document.paths[path]?.[method]?.responses[status];
  if (!answer) return `${status} is not documented: ${JSON.stringify(body)}`;
  const content = answer.content ?? {};
  if (!('application/json' in content)) return undefined;
  if (Buffer.isBuffer(body)) return 'no JSON';
  if (!ajv.getSchema('openapi')) ajv.addSchema(document, 'openapi');
  const at = `paths/${escaped(path)}/${method}/responses/${status}/content/${escaped('application/json')}/schema`;
  return ajv.validate({ $ref: `openapi#/${at}` }, body) ? undefined : ajv.errors;
};

test('every documented route answers every role as documented', async () => {
  const document = await documentOf();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, least: operation['x-role'] })),
  );
  expect(operations.length).toBeGreaterThan(20);
  const problems: unknown[] = [];
  const succeeded = new Set<string>();
  for (const { path, method, least } of operations) {
    for (const role of [undefined, ...userRoles]) {
      const name = `${method.toUpperCase()} ${path}`;
      const address = addressOf(path);
      const headers = role && (await server.sessionOf(role));
      const hasBody = ['post', 'put', 'patch'].includes(method);
      const { status, body } = hasBody
        ? await server.send(method.toUpperCase(), address, bodies[name] ?? {}, headers)
        : await server.ask(address, { method: method.toUpperCase(), ...(headers && { headers }) });
      const where = `${name} as ${role ?? 'nobody'}: ${status}`;
      const isRefused = status === 401 || status === 403;
      if (isRefused === mayDo(role, least)) problems.push(where, body);
      if (!mayDo(role, least) && status !== (role ? 403 : 401)) problems.push(where, body);
      const problem = problemOf(document, path, method, status, body);
      if (problem !== undefined) problems.push(where, problem);
      if (status < 300) succeeded.add(name);
      // Those that a route removed, or gave another role or password, are as before for the next.
      await restore();
    }
  }
  expect(problems).toEqual([]);
  // There is a yard already, and nobody looks at a camera here.
  const refused = new Set(['POST /api/cameras', 'POST /api/cameras/probe']);
  for (const name of Object.keys(bodies)) if (!refused.has(name)) expect(succeeded).toContain(name);
}, 120_000);

const restore = async (): Promise<void> => {
  const { access, feed } = server;
  feed.recorded = [alertOf('a1')];
  for (const role of userRoles) {
    const isThere = access.users().some((user) => user.name === role);
    if (isThere) await access.changeUser(role, { role, password });
    else await access.addUser(role, role, password);
  }
  if (access.users().some(({ name }) => name === 'ada')) access.removeUser('ada');
};

test('a running server describes itself as docs/openapi.json and docs/asyncapi.json do; `npm run build -- --schema` renews them', async () => {
  const headers = await server.sessionOf('viewer');
  for (const name of ['openapi', 'asyncapi']) {
    const { status, body } = await server.ask(`/api/${name}.json`, { headers });
    expect([status, body]).toEqual([200, JSON.parse(readFileSync(`docs/${name}.json`, 'utf8'))]);
  }
});
