import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folder = path.resolve('deploy/systemd');
const units = readdirSync(folder).filter((name) => /\.(service|timer)$/.test(name));
const services = units.filter((name) => name.endsWith('.service'));
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

const run = (program: string, ...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return { status, output: error ? error.message : `${stdout}${stderr}` };
};

/** The units beside a Node.js that is at no particular place on this machine. */
const verify = (change: (unit: string) => string = (unit) => unit): { status: number | null; output: string } => {
  const copies = mkdtempSync(path.join(tmpdir(), 'nightjar-systemd-'));
  try {
    mkdirSync(path.join(copies, 'bin'));
    writeFileSync(path.join(copies, 'bin/node'), '#!/bin/sh\n');
    chmodSync(path.join(copies, 'bin/node'), 0o755);
    for (const name of units)
      writeFileSync(path.join(copies, name), change(read(name)).replaceAll('/usr/bin/node', `${copies}/bin/node`));
    mkdirSync(path.join(copies, 'nightjar.service.d'));
    cpSync(path.join(folder, 'gpu.conf'), path.join(copies, 'nightjar.service.d/gpu.conf'));
    return run('systemd-analyze', 'verify', '--man=no', ...units.map((name) => path.join(copies, name)));
  } finally {
    rmSync(copies, { recursive: true });
  }
};

test('systemd-analyze finds nothing to say about the units', () => {
  expect(verify()).toEqual({ status: 0, output: '' });
});

test('it would say so if a key were unknown', () => {
  expect(verify((unit) => unit.replace('ProtectHome=', 'ProtectHomes=')).output).toMatch(/Unknown key.*ProtectHomes/);
});

test.each(services)('%s exposes hardly anything', (name) => {
  const { status, output } = run(
    'systemd-analyze',
    'security',
    '--offline=true',
    '--threshold=20',
    path.join(folder, name),
  );
  expect(output).toMatch(/Overall exposure level for \S+: [01]\.\d/);
  expect(status).toBe(0);
});

test('the user that the services run as is one that systemd-sysusers can make', () => {
  const { status, output } = run('systemd-sysusers', '--dry-run', path.join(folder, 'nightjar.sysusers'));
  expect({ status, output }).toMatchObject({ status: 0 });
  const [, user] = /^u (\S+)/m.exec(read('nightjar.sysusers')) ?? [];
  for (const name of services) expect(read(name)).toContain(`User=${user}\nGroup=${user}\n`);
});

test('the backup is made at a time that systemd knows', () => {
  const [, calendar = ''] = /^OnCalendar=(.*)$/m.exec(read('nightjar-backup.timer')) ?? [];
  expect(run('systemd-analyze', 'calendar', calendar).output).toContain('Next elapse');
});
