import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync, gzipSync } from 'node:zlib';

import Database from 'libsql';
import { create, extract } from 'tar';

import { openAlertStore } from '../../src/alert/alert-store.ts';
import { expectOwner } from '../../src/backup/expect-owner.ts';
import { commitMoves, finishRestore, freshFolder } from '../../src/backup/finish-restore.ts';
import { holdStorage } from '../../src/backup/hold-storage.ts';
import { checkBackup } from '../../src/backup/read-backup.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { writeBackup } from '../../src/backup/write-backup.ts';
import { locateStorage } from '../../src/config/locate-storage.ts';
import { loadModel } from '../../src/model/model-folder.ts';
import { alertOf } from '../support/alert-of.ts';
import { recordSyncs } from '../support/record-syncs.ts';

let folder: string;
let file: string;
let storage: string;
let archive: string;

const yaml = `# the gate's password comes from the environment
cameras:
  - { id: gate, url: "rtsp://admin:\${GATE_PASSWORD}@gate/live" }
  - { id: aisle, url: "rtsp://aisle/live", model: shared/aisle }
`;
const store = <T>(use: (alerts: ReturnType<typeof openAlertStore>) => T): T => {
  const alerts = openAlertStore(path.join(storage, 'alerts'));
  try {
    return use(alerts);
  } finally {
    alerts.close();
  }
};
const alert = (id: string, peakScore: number) =>
  alertOf(id, { camera: 'gate', startAt: 1000, peakAt: 2000, endAt: 3000, peakScore });
const footage = {
  width: 2,
  height: 2,
  format: 'gray' as const,
  framesPerSecond: 5,
  frames: [Uint8Array.of(1, 2, 3, 4)],
};

/** A pipeline with a model in the storage folder, one beside the file, an alert with picture and footage, and log-ins. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-backup-'));
  file = path.join(folder, 'home.yaml');
  storage = path.join(folder, 'nightjar-data', 'home');
  archive = path.join(folder, 'backup.tar.gz');
  writeFileSync(file, yaml);
  cpSync('models/denoise-fast', path.join(storage, 'models/gate/denoise'), { recursive: true });
  cpSync('models/denoise-fast', path.join(folder, 'shared/aisle/denoise'), { recursive: true });
  store((alerts) => {
    alerts.save(alert('a1', 1.5), Uint8Array.of(255, 216, 1));
    alerts.saveFootage(alert('a1', 1.5), footage);
    alerts.setVerdict('a1', 'normal');
  });
  const users = new Database(path.join(storage, 'auth.db'));
  users.exec("PRAGMA journal_mode = WAL; CREATE TABLE user (name TEXT); INSERT INTO user VALUES ('ann')");
  users.close();
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const backUp = async (withClips = true, onSkipped = (_file: string, _why: string): void => {}) =>
  writeBackup({
    ...locateStorage(file, readFileSync(file, 'utf8'), {}),
    file,
    archive,
    withClips,
    version: '1',
    onSkipped,
  });
const restore = async (force = false) => restoreBackup({ archive, file, force });

/** Every file with its bytes, but for what is of no backup. */
const contents = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^\.|\.db|gz$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((name) => [path.relative(folder, name), readFileSync(name, 'base64')]),
  );
const users = (): unknown[] => {
  const database = new Database(path.join(storage, 'auth.db'));
  try {
    return database.prepare('SELECT name FROM user').pluck().all();
  } finally {
    database.close();
  }
};
const removeAll = (): void => {
  for (const name of ['home.yaml', 'nightjar-data', 'shared']) rmSync(path.join(folder, name), { recursive: true });
};

test('a backup brings back every file, alert, verdict and user after all was lost', async () => {
  const before = contents();
  await backUp();
  removeAll();
  await restore();
  expect(contents()).toEqual(before);
  expect(store((alerts) => alerts.list())).toMatchObject([{ id: 'a1', peakScore: 1.5, verdict: 'normal' }]);
  expect(store((alerts) => alerts.normalFootage('gate'))).toHaveLength(1);
  expect(users()).toEqual(['ann']);
  expect((await loadModel(path.join(storage, 'models/gate/denoise'))).card.task).toBe('denoise');
});

test('nobody else may read an archive, for it holds passwords', async () => {
  await backUp();
  expect(statSync(archive).mode & 0o777).toBe(0o600);
});

test('leaves nothing beside the archive, and the storage folder as it was', async () => {
  const names = (): string[] => readdirSync(storage).filter((name) => !/-(wal|shm)$/.test(name));
  const before = names();
  await backUp();
  expect(names()).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.tar.gz']);
});

test('without clips it holds neither clips nor footage, and says so', async () => {
  mkdirSync(path.join(storage, 'alerts/clips'));
  writeFileSync(path.join(storage, 'alerts/clips/a1.mp4'), 'video');
  const hasVideo = ({ files }: { files: readonly { path: string }[] }): boolean =>
    files.some(({ path: name }) => /clips|footage/.test(name));
  expect(hasVideo(await backUp())).toBe(true);
  const manifest = await backUp(false);
  expect(hasVideo(manifest)).toBe(false);
  expect(manifest.hasClips).toBe(false);
});

test('says which files it leaves out: links, and models that are far from the pipeline file', async () => {
  symlinkSync('/etc', path.join(storage, 'models/link'));
  writeFileSync(file, 'cameras: [{ id: gate, url: rtsp://gate/live, model: /elsewhere/model }]');
  const skipped: string[] = [];
  const { files } = await backUp(true, (name) => skipped.push(name));
  expect(skipped).toEqual([path.join(storage, 'models/link'), '/elsewhere/model']);
  expect(files.some(({ path: name }) => name.includes('link'))).toBe(false);
});

test('holds a sound database with every alert that was announced before it was taken, while alerts are being written', async () => {
  rmSync(path.join(storage, 'alerts'), { recursive: true });
  const child = spawn(process.execPath, ['tests/alert/announce-forever.js', path.join(storage, 'alerts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const announced = new Set<string>();
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => announced.add(line.split(' ')[1] ?? ''));
    while (announced.size < 100) await once(lines, 'line');
    const before = [...announced];
    await backUp();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    removeAll();
    await restore();
    expect(store((alerts) => before.filter((id) => !alerts.get(id)))).toEqual([]);
    expect(store((alerts) => before.filter((id) => !existsSync(alerts.snapshotPath(alerts.get(id)!))))).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('restoring refuses what is there already, by name, and changes nothing; --force makes it as it was', async () => {
  await backUp();
  const before = contents();
  await expect(restore()).rejects.toThrow(`${file}: this is there already; --force`);
  rmSync(file);
  await expect(restore()).rejects.toThrow(path.join(storage, 'models'));
  writeFileSync(file, 'cameras: []');
  store((alerts) => alerts.save(alert('later', 2), Uint8Array.of(1)));
  mkdirSync(path.join(storage, 'models/new-camera'));
  writeFileSync(path.join(storage, 'models/new-camera/model.json'), '{}');
  writeFileSync(path.join(storage, 'notes.txt'), 'mine');
  await restore(true);
  expect(contents()).toEqual({ ...before, 'nightjar-data/home/notes.txt': Buffer.from('mine').toString('base64') });
  expect(store((alerts) => alerts.list())).toHaveLength(1);
});

test("a database's old write-ahead log does not come back with the restored one", async () => {
  await backUp();
  const script = `const d = new (require('libsql'))(process.argv[1]); d.exec("INSERT INTO user VALUES ('eve')"); process.kill(process.pid, 'SIGKILL')`;
  spawnSync(process.execPath, ['-e', script, path.join(storage, 'auth.db')]);
  expect(existsSync(path.join(storage, 'auth.db-wal'))).toBe(true);
  await restore(true);
  expect(users()).toEqual(['ann']);
});

test('restoring refuses while a Nightjar works on the storage folder, and not after it was killed', async () => {
  await backUp();
  const script = `const d = new (require('libsql'))(process.argv[1]); d.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000)`;
  const holder = spawn(process.execPath, ['-e', script, path.join(storage, '.in-use')]);
  try {
    await once(holder.stdout, 'data');
    await expect(restore(true)).rejects.toMatchObject({ name: 'StoreError', code: 'in-use' });
    const exited = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exited;
    await restore(true);
  } finally {
    holder.kill('SIGKILL');
  }
});

test('two cannot hold one storage folder, and its holder can let go of it', () => {
  const release = holdStorage(storage);
  expect(() => holdStorage(storage)).toThrow('another Nightjar works on this storage folder');
  release();
  holdStorage(storage)();
});

test('clears away what a backup that was killed left a day ago, and nothing of one that goes on', async () => {
  const [old, young] = ['.backup-old', '.backup-young'].map((name) => path.join(storage, name)) as [string, string];
  for (const name of [old, young]) mkdirSync(name);
  utimesSync(old, 0, Date.now() / 1000 - 25 * 3600);
  await backUp();
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});

test("refuses another user's storage folder, for the files left there would keep that user out", () => {
  const { uid } = statSync(storage);
  expect(() => expectOwner(storage, uid + 1)).toThrow(`found one of ${uid}: do it as that user`);
  expectOwner(storage, uid);
  expectOwner(path.join(storage, 'none'), uid + 1);
});

/** Replaces the archive by one of the same files, after a change to them, and of what the change names. */
const forge = async (change: (unpacked: string) => string[] | void): Promise<void> => {
  await backUp();
  const unpacked = mkdtempSync(path.join(folder, 'unpacked-'));
  await extract({ file: archive, cwd: unpacked });
  const others = change(unpacked) ?? [];
  const names = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(unpacked, path.join(entry.parentPath, entry.name)));
  await create({ file: archive, cwd: unpacked, gzip: true, preservePaths: true }, [...names, ...others]);
};
const untouched = async (message: RegExp): Promise<void> => {
  const before = contents();
  await expect(restore(true)).rejects.toThrow(message);
  expect(contents()).toEqual(before);
  expect(existsSync(path.join(storage, '.restore'))).toBe(false);
};

test.each([
  ['../escaped', /"\.\.\/escaped", which is of no part of a backup/],
  ['storage/../../escaped', /escaped", which leads out of its folder/],
  ['storage/models', /"storage\/models\/", which is no file but a Directory/],
])('refuses an archive with %s, and writes nothing', async (name, message) => {
  writeFileSync(path.join(folder, 'escaped'), 'x');
  await forge((unpacked) => {
    if (name === 'storage/models') rmSync(path.join(unpacked, name), { recursive: true });
    mkdirSync(path.join(unpacked, 'storage/models'), { recursive: true });
    return [name];
  });
  await untouched(message);
});

test('refuses an archive with an absolute path', async () => {
  await forge(() => [file]);
  await untouched(/home\.yaml", which is no relative path/);
});

test('refuses an archive with a link, symbolic or hard', async () => {
  await forge((unpacked) => symlinkSync('/etc/passwd', path.join(unpacked, 'storage/models/passwd')));
  await untouched(/storage\/models\/passwd", which is no file but a SymbolicLink/);
  const unpacked = mkdtempSync(path.join(folder, 'unpacked-'));
  for (const name of ['one', 'two']) mkdirSync(path.join(unpacked, 'storage', name), { recursive: true });
  writeFileSync(path.join(unpacked, 'storage/one/file'), 'x');
  linkSync(path.join(unpacked, 'storage/one/file'), path.join(unpacked, 'storage/two/file'));
  execFileSync('tar', ['-czf', archive, '-C', unpacked, 'storage/one/file', 'storage/two/file']);
  await untouched(/which is no file but a Link/);
});

test('refuses an archive whose file was changed, is missing or was added, and names it', async () => {
  const repack = async (change: (unpacked: string) => void, message: RegExp): Promise<void> => {
    await forge((unpacked) => change(unpacked));
    await untouched(message);
  };
  const weights = 'storage/models/gate/denoise/weights.bin';
  await repack((at) => writeFileSync(path.join(at, weights), 'other'), /weights\.bin changed since it was backed up/);
  await repack((at) => rmSync(path.join(at, weights)), /no storage.*weights\.bin, which its manifest\.json lists/);
  await repack(
    (at) => writeFileSync(path.join(at, 'storage/models/x'), ''),
    /storage\/models\/x", which its .* not list/,
  );
  await repack((at) => rmSync(path.join(at, 'manifest.json')), /no manifest\.json/);
  const newer = (at: string): void => {
    const manifest = JSON.parse(readFileSync(path.join(at, 'manifest.json'), 'utf8')) as object;
    writeFileSync(path.join(at, 'manifest.json'), JSON.stringify({ ...manifest, version: 2 }));
  };
  await repack(newer, /a newer Nightjar wrote: update Nightjar/);
});

test('refuses an archive that is cut off, damaged or none at all', async () => {
  await backUp();
  const whole = readFileSync(archive);
  for (const bytes of [
    whole.subarray(0, whole.length / 2),
    whole.subarray(0, -9),
    Buffer.from('no archive'),
    Buffer.alloc(0),
  ]) {
    writeFileSync(archive, bytes);
    await untouched(/expected a backup, found /);
  }
  const plain = gunzipSync(whole);
  plain.writeUInt8(plain.readUInt8(plain.length / 2) ^ 255, plain.length / 2);
  writeFileSync(archive, gzipSync(plain));
  await untouched(/expected a backup, found /);
  rmSync(archive);
  await untouched(/no such file/);
});

test('what a restore brings back is on the disk before it is decided, in its place before it is done, and then for good', async () => {
  const { files } = await backUp();
  removeAll();
  const steps = await recordSyncs();
  await restore();
  const work = path.join(storage, '.restore');
  const moves = path.join(work, 'moves.json');
  const decided = steps.indexOf(`rename ${moves}.tmp ${moves}`);
  const done = steps.indexOf(`rm ${moves}`);
  const unpacked = files.map(({ path: name }) => path.join(freshFolder(storage), name));
  const folders = [...new Set(unpacked.map((name) => path.dirname(name)))];
  for (const name of [...unpacked, ...folders]) expect(steps.slice(0, decided)).toContain(`sync ${name}`);
  const lastMove = steps.findLastIndex((step) => step.startsWith('rename '));
  for (const parent of [folder, storage, path.join(folder, 'shared')])
    expect(steps.slice(lastMove, done)).toContain(`sync ${parent}`);
  expect(steps.slice(done, steps.indexOf(`rm ${work}`))).toContain(`sync ${work}`);
});

test('an archive is on the disk before it has its name, and its folder after', async () => {
  const steps = await recordSyncs();
  await backUp();
  const moved = steps.indexOf(`rename ${archive}.tmp ${archive}`);
  expect(steps.slice(0, moved)).toContain(`sync ${archive}.tmp`);
  expect(steps.slice(moved)).toContain(`sync ${folder}`);
});

test('a restore that was cut off after any of its moves is finished by the next start', async () => {
  await backUp();
  const before = contents();
  const stages = ['home.yaml', 'models', 'alerts', 'auth.db'];
  for (let done = 0; done <= stages.length; done += 1) {
    writeFileSync(file, 'cameras: [] # later');
    rmSync(path.join(storage, 'models'), { recursive: true });
    mkdirSync(freshFolder(storage), { recursive: true });
    await extract({ file: archive, cwd: freshFolder(storage) });
    const fresh = ['pipeline.yaml', 'storage/models', 'storage/alerts', 'storage/auth.db'];
    const targets = [file, ...stages.slice(1).map((name) => path.join(storage, name))];
    await commitMoves(
      storage,
      fresh.map((from, index) => ({ from, to: targets[index]! })),
    );
    for (const index of stages.slice(0, done).keys()) {
      rmSync(targets[index]!, { recursive: true, force: true });
      cpSync(path.join(freshFolder(storage), fresh[index]!), targets[index]!, { recursive: true });
      rmSync(path.join(freshFolder(storage), fresh[index]!), { recursive: true });
    }
    expect(await finishRestore(storage)).toBe(true);
    expect(contents()).toEqual(before);
    expect(await finishRestore(storage)).toBe(false);
  }
});

test('a restore that is killed at any time leaves the old state or, after the next start, the new one', async () => {
  await backUp();
  const restored = contents();
  writeFileSync(file, `${yaml}# later`);
  writeFileSync(path.join(storage, 'models/gate/denoise/weights.bin'), 'later');
  const later = contents();
  const outcomes: string[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const child = spawn(process.execPath, ['bin/nightjar.js', 'restore', archive, file, '--force']);
    const exited = once(child, 'exit');
    const killing = setTimeout(() => child.kill('SIGKILL'), 150 + attempt * 60);
    await exited;
    clearTimeout(killing);
    await finishRestore(storage);
    const now = JSON.stringify(contents());
    outcomes.push(now === JSON.stringify(later) ? 'old' : now === JSON.stringify(restored) ? 'new' : 'a mixture');
  }
  expect(outcomes).not.toContain('a mixture');
});

test('the commands do it without the passwords in the environment, and print what they did', async () => {
  const nightjar = (...args: string[]): string =>
    execFileSync(process.execPath, ['bin/nightjar.js', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
  expect(nightjar('backup', file, archive)).toMatch(/backup\.tar\.gz: \d+ files, .* 2 model\(s\), 1 snapshot\(s\)\n$/);
  removeAll();
  expect(JSON.parse(nightjar('restore', archive, file, '--json'))).toMatchObject({ storage, models: 2, snapshots: 1 });
  expect((await checkBackup(archive)).pipeline).toBe(yaml);
});
