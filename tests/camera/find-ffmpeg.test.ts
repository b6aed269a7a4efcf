import { findFfmpeg, parseVersion } from '../../src/camera/find-ffmpeg.ts';

/** A machine on which the given commands print something; all others fail. */
const machine = (prints: Record<string, string>) => async (command: readonly string[]) =>
  prints[command.join(' ')] ?? '';
const debian = 'ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers';

test.each([
  [debian, [5, 1]],
  ['ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright', [4, 4]],
  ['ffmpeg version n7.1 Copyright', [7, 1]],
  ['ffmpeg version 6.0-static https://johnvansickle.com/ffmpeg/', [6, 0]],
  ['ffmpeg version N-109542-g0b3c9b4 Copyright', [Infinity, 0]],
  ['setpriv from util-linux 2.38.1', undefined],
])('reads %j as version %j', (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});

test('takes the ffmpeg on PATH, and lets the kernel end it where setpriv can ask for that', async () => {
  const run = machine({ 'ffmpeg -version': debian, 'setpriv --pdeathsig KILL ffmpeg -version': debian });
  expect(await findFfmpeg({}, run)).toEqual({
    path: 'ffmpeg',
    version: [5, 1],
    launcher: ['setpriv', '--pdeathsig', 'KILL'],
  });
});

test('starts ffmpeg directly where there is no setpriv', async () => {
  expect(await findFfmpeg({}, machine({ 'ffmpeg -version': debian }))).toMatchObject({ launcher: [] });
});

test('NIGHTJAR_FFMPEG goes before PATH', async () => {
  const run = machine({ 'ffmpeg -version': debian, '/opt/ffmpeg -version': 'ffmpeg version 7.1 Copyright' });
  expect(await findFfmpeg({ NIGHTJAR_FFMPEG: '/opt/ffmpeg' }, run)).toMatchObject({
    path: '/opt/ffmpeg',
    version: [7, 1],
  });
});

test('a NIGHTJAR_FFMPEG that does not run is an error, not a reason to take another', async () => {
  await expect(
    findFfmpeg({ NIGHTJAR_FFMPEG: '/nowhere' }, machine({ 'ffmpeg -version': debian })),
  ).rejects.toMatchObject({
    code: 'no-ffmpeg',
    message: expect.stringContaining('NIGHTJAR_FFMPEG is "/nowhere"'),
  });
});

test('without any ffmpeg the error says how to install it', async () => {
  await expect(findFfmpeg({}, machine({}))).rejects.toMatchObject({
    code: 'no-ffmpeg',
    message: expect.stringMatching(/apt-get install ffmpeg.*brew install ffmpeg.*npm install ffmpeg-static/),
  });
});
