import path from 'node:path';

import { Access } from '../auth/access.ts';
import { newPassword, shortestPassword } from '../auth/auth-schema.ts';
import { authFile, openAuthStore } from '../auth/auth-store.ts';
import { isLoopbackHost } from '../auth/loopback.ts';
import { Passwords } from '../auth/passwords.ts';
import type { Pipeline } from '../config/pipeline.ts';
import { ConfigError, messageOf } from '../core/errors.ts';
import type { AuthEvent } from '../server/routes/session.ts';
import type { ServerOptions } from '../server/server.ts';
import { openTls, type Tls } from '../server/tls.ts';
import type { FullEvent } from '../server/upgrade.ts';
import type { Cleanups } from './cleanups.ts';
import type { Log } from './log.ts';
import { throttled } from './telemetry.ts';

const variable = 'NIGHTJAR_ADMIN_PASSWORD';
type Settings = Pick<Pipeline, 'server' | 'storage'>;
const hourMs = 3_600_000;

/**
 * The users of a pipeline, and whether anybody may look: on a loopback address everybody may, unless the file says otherwise.
 * Elsewhere there must be a user: the environment's NIGHTJAR_ADMIN_PASSWORD makes the first one, and is taken out of `env`
 * so that no child process inherits it. Throws ConfigError when there is none, StoreError when the users cannot be read.
 */
export const openAccess = async (
  { server, storage }: Settings,
  { log, cleanups, env = process.env }: { log: Log; cleanups: Cleanups; env?: NodeJS.ProcessEnv },
): Promise<Pick<ServerOptions, 'access' | 'onAuth' | 'onFull' | 'https'>> => {
  const adminPassword = env[variable];
  delete env[variable];
  const store = openAuthStore(authFile(storage.path));
  cleanups.add(() => store.close());
  const isOpen = isLoopbackHost(server.host) && server.login !== 'required';
  const access = new Access(store, new Passwords(), {
    isOpen,
    sessionIdleMs: server.sessionIdleHours * hourMs,
    sessionMaxMs: server.sessionMaxHours * hourMs,
    onError: (error) => log.error(messageOf(error)),
  });
  const https = await tlsOf({ server, storage }, log);
  const options = { access, onAuth: logAuth(log), onFull: logFull(log), https };
  if (!isLoopbackHost(server.host) && !server.tls && server.trustProxy.length === 0)
    log.warn('passwords and pictures cross the network unencrypted: set server.tls, or put a proxy with TLS in front');
  if (isOpen || store.hasUsers()) return options;
  if (!adminPassword)
    throw new ConfigError(
      'invalid',
      `A log-in is required ${isLoopbackHost(server.host) ? 'by server.login' : `on ${server.host}`}, but there is no user yet. ` +
        `Make the first one by \`nightjar users add PIPELINE admin --role admin\`, or set ${variable} to the password of a user named admin.`,
    );
  if (!newPassword.safeParse(adminPassword).success)
    throw new ConfigError('invalid', `${variable}: expected a password of ${shortestPassword} to 256 characters.`);
  await access.addUser('admin', 'admin', adminPassword);
  log.info(`made the user admin with the password in ${variable}`);
  return options;
};

const tlsOf = async ({ server, storage }: Settings, log: Log): Promise<Tls | undefined> => {
  const { tls, host } = server;
  if (tls === undefined) return undefined;
  return openTls(tls === 'self-signed' ? { folder: path.join(storage.path, 'tls'), host } : tls, {
    onNote: (line) => log.info(line),
    onError: (line) => log.error(line),
  });
};

/** Writes down who came in, who did not, and who changed what: with the address, never with a password or a token. */
const logAuth =
  (log: Log) =>
  ({ what, ...details }: AuthEvent): void => {
    const isRefusal = what === 'log-in refused' || what === 'too many log-ins';
    log[isRefusal ? 'warn' : 'info'](details, what);
  };

/** At most once a second: who is refused may ask again at once. */
const logFull = (log: Log) =>
  throttled(1000, ({ reason, address, user }: FullEvent) => {
    const limit = reason === 'user-full' ? 'server.maxViewersPerUser' : 'server.maxViewers';
    log.warn({ address, by: user, limit }, 'too many viewers');
  });
