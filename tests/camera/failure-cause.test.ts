import { failureCause } from '../../src/camera/failure-cause.ts';
import type { Ending } from '../../src/camera/failure-cause.ts';

const quick = { exitCode: 1, frames: 0, elapsedMs: 80, stalled: false, stderr: '' };

// What ffmpeg 5.1 wrote, per situation, on this project's machines.
const collected: [string, Partial<Ending>, string][] = [
  [
    'unauthorized',
    {},
    '[rtsp @ 0x5] method DESCRIBE failed: 401 Unauthorized\npipe:0: Server returned 401 Unauthorized (authorization failed)',
  ],
  ['unauthorized', {}, '[http @ 0x5] HTTP error 403 Forbidden\npipe:0: Server returned 403 Forbidden (access denied)'],
  ['not-found', {}, '[rtsp @ 0x5] method DESCRIBE failed: 404 Not Found\npipe:0: Server returned 404 Not Found'],
  ['not-found', {}, 'file:/tmp/nothing.mp4: No such file or directory'],
  [
    'refused',
    {},
    '[tcp @ 0x5] Connection to tcp://127.0.0.1:1?timeout=2000000 failed: Connection refused\npipe:0: Connection refused',
  ],
  ['refused', {}, '[rtsp @ 0x5] method SETUP failed: 461 Unsupported transport\npipe:0: Protocol not supported'],
  ['refused', {}, 'pipe:0: Server returned 5XX Server Error reply'],
  [
    'dns',
    {},
    '[tcp @ 0x5] Failed to resolve hostname cam.invalid: Name or service not known\npipe:0: Input/output error',
  ],
  [
    'timeout',
    { elapsedMs: 5100 },
    "[concat @ 0x5] Impossible to open 'rtsp://h/x'\npipe:0: Invalid data found when processing input",
  ],
  ['timeout', {}, 'pipe:0: Connection timed out'],
  ['timeout', {}, '[tcp @ 0x5] Connection to tcp://10.0.0.9:554 failed: No route to host'],
  ['timeout', { stalled: true, signal: 'SIGKILL' }, ''],
  ['stalled', { stalled: true, signal: 'SIGKILL', frames: 9 }, ''],
  ['stalled', { frames: 9 }, 'pipe:0: Connection timed out'],
  ['codec', {}, 'Output file #0 does not contain any stream'],
  ['codec', {}, 'pipe:0: Invalid data found when processing input'],
  ['ended', { exitCode: 0, frames: 9 }, ''],
  ['ended', { exitCode: 0 }, ''],
  ['ended', {}, "[concat @ 0x5] Impossible to open 'http://h/x'\npipe:0: Input/output error"],
  ['crashed', { signal: 'SIGSEGV', frames: 9 }, ''],
  ['crashed', {}, 'Unrecognized option "fps_mode".'],
  ['no-ffmpeg', { error: new Error('spawn ffmpeg ENOENT') }, ''],
];

test.each(collected)('names %s for %j with %j', (cause, ending, stderr) => {
  expect(failureCause({ ...quick, ...ending, stderr }).cause).toBe(cause);
});

test('the message says what it means and quotes the line that told', () => {
  const stderr =
    "[rtsp @ 0x5] method DESCRIBE failed: 404 Not Found\n[concat @ 0x5] Impossible to open 'rtsp://h/x'\npipe:0: Server returned 404 Not Found\n";
  expect(failureCause({ ...quick, stderr }).message).toBe(
    'nothing is there at this path (Server returned 404 Not Found)',
  );
});

test('a missing ffmpeg comes with how to install it', () => {
  expect(failureCause({ ...quick, error: new Error('spawn ffmpeg ENOENT') }).message).toMatch(
    /apt-get install ffmpeg.*ENOENT/,
  );
});
