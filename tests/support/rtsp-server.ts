import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What the server with authentication wants: `password` as a URL writes it, and as it is. */
export const rtspLogin = { user: 'admin', password: 's3cret%2Fpass', plainPassword: 's3cret/pass' };

/** GStreamer's RTSP server in a process of its own; its mounts are listed in gst-rtsp-server.py. */
export interface RtspServer {
  readonly port: number;
  /** Freezes and wakes the whole server: connections stay open and say nothing. */
  pause(): void;
  resume(): void;
  /** kill -9, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Port 0 picks a free one; `record` is the file that what is published to /record goes into. */
export const startRtspServer = async ({
  port = 0,
  auth = '',
  record = '',
}: { port?: number; auth?: '' | 'basic' | 'digest'; record?: string } = {}) => {
  const script = path.resolve('tests/support/gst-rtsp-server.py');
  const args = [script, String(port), ...(auth ? ['--auth', auth] : []), ...(record ? ['--record', record] : [])];
  const child = spawn('/usr/bin/python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const failure = exit.then(([code]) => {
    throw new Error(`The RTSP server ended with code ${String(code)} before it was ready`);
  });
  const ready = await Promise.race([once(createInterface(child.stdout), 'line'), failure]);
  failure.catch(() => undefined);
  const server: RtspServer = {
    port: Number(String(ready[0]).split(' ')[1]),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
  return server;
};
