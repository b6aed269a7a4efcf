import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { openCamera } from '../camera/camera.ts';
import { findFfmpeg } from '../camera/find-ffmpeg.ts';

/** The RTSP server of the tests: /keys sends key frames only, so that each connection has a frame at once. */
const server = { file: '/usr/bin/python3', script: 'tests/support/gst-rtsp-server.py', mount: '/keys' };

const startServer = async (): Promise<{ url: string; child: ChildProcess }> => {
  const child = spawn(server.file, [server.script, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [ready] = await once(createInterface(child.stdout), 'line');
  return { url: `rtsp://127.0.0.1:${String(ready).split(' ')[1]}${server.mount}`, child };
};

const children = (): number =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean).length;
const fileDescriptors = (): number => readdirSync('/proc/self/fd').length;
const rssMb = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20);

/** Resolves when the camera's ffmpeg is gone. */
const ended = async (stats: () => { pid: number | undefined }): Promise<void> => {
  while (stats().pid !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
};

/**
 * Connects and disconnects one camera many times (Linux), each time until its first frame, to show that memory, file descriptors
 * and children stay flat. Start figures are taken after a tenth of the cycles. `--cycles N` (1000), `--url URL` (else a test server).
 * Prints {cycles, rssStartMb, rssEndMb, fdsStart, fdsEnd, childrenStart, childrenEnd, seconds} as its last line.
 */
export const soakCamera = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: { cycles: { type: 'string', default: '1000' }, url: { type: 'string' } },
  });
  const cycles = Number(values.cycles);
  const own = values.url === undefined ? await startServer() : undefined;
  const url = values.url ?? own?.url ?? '';
  const shape = { width: 64, height: 48, format: 'gray' } as const;
  const ffmpeg = await findFfmpeg();
  const camera = openCamera({ id: 'soak', url, transport: 'tcp', fps: 30, mask: [], ...shape }, { ffmpeg });

  const startedAt = performance.now();
  let start = { rssStartMb: rssMb(), fdsStart: fileDescriptors(), childrenStart: children() };
  for (let cycle = 1; cycle <= cycles; cycle++) {
    (await firstValueFrom(camera.frames$)).release();
    await ended(camera.stats);
    if (cycle === Math.ceil(cycles / 10))
      start = { rssStartMb: rssMb(), fdsStart: fileDescriptors(), childrenStart: children() };
    if (cycle % 100 === 0)
      console.error(`${cycle} of ${cycles} cycles, ${rssMb()} MB, ${fileDescriptors()} file descriptors`);
  }
  const end = { rssEndMb: rssMb(), fdsEnd: fileDescriptors(), childrenEnd: children() };
  own?.child.kill('SIGKILL');
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(JSON.stringify({ cycles, ...start, ...end, seconds }));
};
