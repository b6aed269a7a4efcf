import { createHash, randomBytes } from 'node:crypto';

/** A user name and a password, not percent-encoded. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface AuthorizedRequest {
  readonly method: string;
  /** As the request's first line has it. */
  readonly uri: string;
  /** How often this challenge was answered, from 1. */
  readonly count: number;
  /** Random text; for tests. */
  readonly cnonce?: string;
}

const hashes: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/**
 * The `Authorization` header that answers a `WWW-Authenticate` header: Digest (RFC 7616, MD5 or SHA-256) where it is
 * offered, else Basic (RFC 7617). Undefined when neither is.
 */
export const authorization = (challenges: string, login: Login, request: AuthorizedRequest): string | undefined => {
  const offered = [...challenges.matchAll(/(?:^|,\s*)(Basic|Digest)\s+(.*?)(?=,\s*(?:Basic|Digest)\s|$)/gis)];
  for (const [, scheme = '', text = ''] of offered) {
    const answer = scheme.toLowerCase() === 'digest' ? digest(parametersOf(text), login, request) : undefined;
    if (answer !== undefined) return answer;
  }
  if (!offered.some(([, scheme = '']) => scheme.toLowerCase() === 'basic')) return undefined;
  return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
};

const parametersOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)].map(([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      quoted ?? plain,
    ]),
  );

const digest = (
  parameters: ReadonlyMap<string, string>,
  { user, password }: Login,
  { method, uri, count, cnonce = randomBytes(8).toString('hex') }: AuthorizedRequest,
): string | undefined => {
  const algorithm = parameters.get('algorithm');
  const hashName = hashes[(algorithm ?? 'MD5').toUpperCase()];
  const qops = parameters.get('qop')?.split(',').map((one) => one.trim()); // prettier-ignore
  if (hashName === undefined || (qops && !qops.includes('auth'))) return undefined;
  const hash = (text: string): string => createHash(hashName).update(text).digest('hex');
  const [realm = '', nonce = '', opaque] = ['realm', 'nonce', 'opaque'].map((name) => parameters.get(name));
  const [secret, asked] = [hash(`${user}:${realm}:${password}`), hash(`${method}:${uri}`)];
  const nc = count.toString(16).padStart(8, '0');
  const response = qops
    ? hash(`${secret}:${nonce}:${nc}:${cnonce}:auth:${asked}`)
    : hash(`${secret}:${nonce}:${asked}`);
  const quoted = { username: user, realm, nonce, uri, response, ...(opaque !== undefined && { opaque }) };
  return [
    `Digest ${Object.entries(quoted).map(([name, value]) => `${name}="${value}"`).join(', ')}`, // prettier-ignore
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(qops ? [`qop=auth`, `nc=${nc}`, `cnonce="${cnonce}"`] : []),
  ].join(', ');
};
