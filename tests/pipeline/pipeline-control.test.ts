import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Subject } from 'rxjs';

import type { PipelineCamera } from '../../src/config/pipeline.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { createLog } from '../../src/pipeline/log.ts';
import { PipelineControl } from '../../src/pipeline/pipeline-control.ts';
import { replaceText } from '../../src/pipeline/pipeline-file.ts';
import { waitUntil } from '../support/wait-until.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-control-'));
  file = path.join(folder, 'site.yaml');
  writeFileSync(file, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = `# My site
cameras:
  - id: door # the front
    url: rtsp://admin:secret@door/live
`;

const setUp = () => {
  const sets: (readonly PipelineCamera[])[] = [];
  const changes$ = new Subject<void>();
  const control = new PipelineControl(file, {
    cameras: {
      set: async (cameras) => {
        sets.push(cameras);
        return [];
      },
    },
    log: createLog({ json: false, level: 'silent' }),
    env: {},
    changes$,
  });
  return { control, sets, changes$, ids: () => sets.map((cameras) => cameras.map(({ id }) => id)) };
};

test('what is changed is written into the file and applied', async () => {
  const { control, ids } = setUp();
  chmodSync(file, 0o640);
  await control.add({ id: 'yard', url: 'rtsp://yard/live' });
  await control.change('door', { paused: true });
  await control.remove('yard');
  expect(ids()).toEqual([['door', 'yard'], ['door', 'yard'], ['door']]);
  expect(readFileSync(file, 'utf8')).toBe(`${text}    paused: true\n`);
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

test('what is edited by hand is applied, once', async () => {
  const { control, ids } = setUp();
  await control.reload();
  writeFileSync(file, `${text}  - { id: lane, url: "rtsp://lane/live" }\n`);
  await control.reload();
  await control.reload();
  expect(ids()).toEqual([['door'], ['door', 'lane']]);
  expect(control.problems$.value).toEqual([]);
});

test('a file that is not right is refused with its place, and what ran before goes on', async () => {
  const { control, ids } = setUp();
  await control.reload();
  writeFileSync(file, text.replace('url: rtsp', 'url: gopher'));
  await control.reload();
  expect(ids()).toEqual([['door']]);
  expect(control.problems$.value).toEqual([expect.stringMatching(/site\.yaml:4:10 cameras\[0\]\.url: expected rtsp/)]);
  expect(control.problems$.value.join()).not.toContain('secret');
  await expect(control.add({ id: 'yard', url: 'rtsp://yard/live' })).rejects.toThrow(/site.yaml is not right/);
  writeFileSync(file, text);
  await control.reload();
  expect(control.problems$.value).toEqual([]);
});

test('what is not right is not written', async () => {
  const { control, ids } = setUp();
  const change = control.change('door', { size: '250x144' });
  await expect(change).rejects.toThrow(ConfigError);
  await expect(change).rejects.toThrow(/^cameras\[0\]\.size: expected WIDTHxHEIGHT.*found "250x144"$/);
  await expect(control.add({ id: 'yard', url: 'rtsp://${HOME}/live' })).rejects.toThrow(/in the file only/);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(ids()).toEqual([]);
});

test('a section that counts from the start only is told', async () => {
  const { control } = setUp();
  await control.reload();
  writeFileSync(file, `${text}server:\n  port: 9000\n`);
  await control.reload();
  expect(control.problems$.value).toEqual(['server: changed, which needs a restart of Nightjar']);
});

test('settings are those of the file, without passwords', async () => {
  const { control } = setUp();
  expect(await control.settings('door')).toEqual({ id: 'door', url: 'rtsp://admin:***@door/live' });
  expect(await control.about()).toEqual({ file: 'site.yaml', canWrite: true, problems: [] });
});

test('it looks at the file whenever something happened to it', async () => {
  const { control, sets, changes$ } = setUp();
  const stop = control.watch();
  await control.reload();
  writeFileSync(file, `${text}    fps: 8\n`);
  changes$.next();
  await control.settings('door');
  await waitUntil('it is read again', () => expect(sets.map(([door]) => door?.fps)).toEqual([5, 8]));
  stop();
});

test('what comes back as it was shown stays as it is, and its hidden password with it', async () => {
  writeFileSync(file, `${text}    publish: rtsp://me:geheim@recorder/door\n    live: { denoiser: ./mine, fps: 5 }\n`);
  const { control } = setUp();
  await control.change('door', { ...(await control.settings('door')), live: { denoiser: './mine', fps: 7 } });
  const after = readFileSync(file, 'utf8');
  expect(after).toContain('url: rtsp://admin:secret@door/live');
  expect(after).toContain('publish: rtsp://me:geheim@recorder/door');
  expect(after).toContain('live: { denoiser: ./mine, fps: 7 }');
  await expect(control.change('door', { live: { denoiser: '/etc' } })).rejects.toThrow(
    'live.denoiser: expected light, fast, best; a folder can be named in the file only.',
  );
});

test.each(['light', 'fast', 'best'])('the page may choose the denoiser %s', async (denoiser) => {
  const { control } = setUp();
  await control.change('door', { live: { denoiser } });
  expect(await control.settings('door')).toMatchObject({ live: { denoiser } });
});

test.each([0o664, 0o600])('the file keeps its mode %d, whatever the umask says, and a link stays one', async (mode) => {
  const umask = process.umask(0o077);
  try {
    const link = path.join(folder, 'link.yaml');
    symlinkSync(file, link);
    chmodSync(file, mode);
    await replaceText(link, 'cameras: []\n');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['cameras: []\n', mode]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(['link.yaml', 'site.yaml']);
  } finally {
    process.umask(umask);
  }
});

test('a file that is read-only says so, for root too, and nothing changes', async () => {
  const { control, ids } = setUp();
  chmodSync(file, 0o444);
  await expect(control.add({ id: 'yard', url: 'rtsp://yard/live' })).rejects.toThrow(/^site\.yaml is read-only/);
  expect(await control.about()).toMatchObject({ canWrite: false });
  expect([readFileSync(file, 'utf8'), ids()]).toEqual([text, []]);
});

test('problems name the file, not where it lies', async () => {
  const { control } = setUp();
  writeFileSync(file, 'cameras: 3\n');
  await control.reload();
  expect(control.problems$.value).toEqual(['site.yaml:1:10 cameras: expected a list of cameras, found 3']);
});

test('another storage path leaves the models where they are until a restart', async () => {
  const { control, sets } = setUp();
  await control.reload();
  writeFileSync(file, `${text}storage: { path: elsewhere }\n`);
  await control.reload();
  expect(sets[1]).toEqual(sets[0]);
  expect(control.problems$.value).toEqual(['storage: changed, which needs a restart of Nightjar']);
});
