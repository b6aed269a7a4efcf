import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { decompressSync, FORMAT_GRAY } from '@julusian/jpeg-turbo';

import { openAlertStore } from '../../src/alert/alert-store.ts';

test('after a kill -9 every announced alert is there, closed, with a whole picture', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-kill-'));
  const child = spawn(process.execPath, [path.resolve('tests/alert/announce-forever.js'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const exited = once(child, 'exit');
    const announced = new Set<string>();
    for await (const line of createInterface(child.stdout)) {
      announced.add(line.split(' ')[1]!);
      // Goes on reading: what was announced before the signal came counts as well.
      if (announced.size === 200) child.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(announced.size).toBeGreaterThanOrEqual(200);

    const store = openAlertStore(folder);
    try {
      for (const id of announced) {
        const alert = store.get(id);
        expect(alert?.endAt).toBe(alert?.peakAt);
        expect(existsSync(store.snapshotPath(alert!))).toBe(true);
        const jpeg = readFileSync(store.snapshotPath(alert!));
        expect(decompressSync(jpeg, { format: FORMAT_GRAY }).width).toBe(64);
      }
    } finally {
      store.close();
    }
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
