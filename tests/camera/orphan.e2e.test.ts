import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { startRtspServer } from '../support/rtsp-server.ts';
import { isRunning } from '../support/child-processes.ts';
import { waitUntil } from '../support/wait-until.ts';

const built = (file: string): string => pathToFileURL(path.resolve('dist/camera', file)).href;

/** Opens a camera and prints its ffmpeg's process id with the first frame. */
const program = (url: string): string => `
  const { findFfmpeg } = await import('${built('find-ffmpeg.js')}');
  const { openCamera } = await import('${built('camera.js')}');
  const options = { id: 'yard', url: '${url}', transport: 'tcp', fps: 5, width: 64, height: 48, format: 'gray', mask: [] };
  const camera = openCamera(options, { ffmpeg: await findFfmpeg() });
  camera.frames$.subscribe(({ sequence }) => sequence === 0 && console.log(camera.stats().pid));`;

test.each([
  ['kill -9', 'SIGKILL'],
  ['a crash', 'SIGSEGV'],
  ['Ctrl-C', 'SIGINT'],
  ['docker stop', 'SIGTERM'],
] as const)(
  '%s of the Node process leaves no ffmpeg behind, even one whose server is silent',
  async (_name, signal) => {
    const server = await startRtspServer();
    const args = ['--input-type=module', '-e', program(`rtsp://127.0.0.1:${server.port}/keys`)];
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [pid] = await once(createInterface(parent.stdout), 'line');
      const child = Number(pid);
      expect(isRunning(child)).toBe(true);
      server.pause();
      const exit = once(parent, 'exit');
      parent.kill(signal);
      await exit;
      await waitUntil('ffmpeg is gone', () => expect(isRunning(child)).toBe(false));
    } finally {
      parent.kill('SIGKILL');
      await server.stop();
    }
  },
);
