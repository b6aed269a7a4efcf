import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'libsql';

import { openOutbox } from '../../src/notify/outbox.ts';
import type { Outbox, OutboxLimits } from '../../src/notify/outbox.ts';
import { alertOf } from '../support/alert-of.ts';

let folder: string;
let outbox: Outbox;
const limits: OutboxLimits = { pending: 3, dead: 2, ageMs: 1000 };
const open = (names = ['home', 'work'], now = 0): Outbox => openOutbox(folder, names, { now, limits });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-outbox-'));
  outbox = open();
});
afterEach(() => {
  outbox.close();
  rmSync(folder, { recursive: true });
});

const first = (notifier: string, now: number) => outbox.due(notifier, now, 1)[0];

const closed = alertOf('a', { endAt: 9 });

test('what was queued is there after a restart, the oldest first, for its notifier alone', () => {
  outbox.add('home', 'opened', alertOf('a'), 5);
  outbox.add('home', 'opened', alertOf('b'), 6);
  outbox.close();
  outbox = open();
  expect(first('home', 10)).toEqual({
    seq: 1,
    id: 'a-opened',
    event: 'opened',
    alert: alertOf('a'),
    queuedAt: 5,
    attempts: 0,
  });
  expect(outbox.count('home')).toEqual({ pending: 2, dead: 0 });
  expect(first('work', 10)).toBeUndefined();
});

test('nothing is queued twice, not even after it was delivered', () => {
  expect(outbox.add('home', 'opened', closed, 1).isNew).toBe(true);
  expect(outbox.add('home', 'opened', closed, 2).isNew).toBe(false);
  outbox.delivered(1, 3);
  outbox.close();
  outbox = open();
  expect(outbox.add('home', 'opened', closed, 4).isNew).toBe(false);
  expect(outbox.count('home').pending).toBe(0);
  expect(outbox.add('home', 'closed', closed, 4).isNew).toBe(true);
});

test('the end of an alert waits for its beginning, other alerts do not', () => {
  outbox.add('home', 'opened', closed, 1);
  outbox.add('home', 'closed', closed, 1);
  outbox.add('home', 'opened', alertOf('b'), 1);
  expect(outbox.due('home', 10, 10).map(({ id }) => id)).toEqual(['a-opened', 'b-opened']);
  outbox.postpone(1, 100, 'it answered 500');
  expect(first('home', 10)?.id).toBe('b-opened');
  outbox.delivered(3, 10);
  expect(first('home', 99)).toBeUndefined();
  expect(outbox.nextDueAt('home')).toBe(100);
  expect(first('home', 100)).toMatchObject({ id: 'a-opened', attempts: 1 });
  outbox.delivered(1, 100);
  expect(first('home', 100)?.id).toBe('a-closed-9');
});

test('the oldest becomes a dead letter when too many wait, and the oldest dead letter is discarded, both counted', () => {
  const add = (id: string, now: number) => outbox.add('home', 'opened', alertOf(id), now);
  for (const [now, id] of ['a', 'b', 'c'].entries()) expect(add(id, now)).toMatchObject({ dead: 0, discarded: 0 });
  expect(add('d', 3)).toMatchObject({ dead: 1, discarded: 0 });
  expect(add('e', 4)).toMatchObject({ dead: 1, discarded: 0 });
  expect(add('f', 5)).toMatchObject({ dead: 1, discarded: 1 });
  expect(outbox.count('home')).toEqual({ pending: 3, dead: 2 });
  expect(outbox.deadLetters(10).map(({ alert }) => alert.id)).toEqual(['c', 'b']);
  expect(outbox.deadLetters(1)[0]).toMatchObject({
    notifier: 'home',
    attempts: 0,
    at: 5,
    message: 'more than 3 notifications waited for home',
  });
  // Discarded is discarded: it does not come back from the alert store.
  expect(add('a', 6).isNew).toBe(false);
});

test('what waited too long becomes a dead letter', () => {
  outbox.add('home', 'opened', alertOf('a'), 0);
  outbox.add('home', 'opened', alertOf('b'), 500);
  expect(outbox.expire('home', 1001)).toEqual({ dead: 1, discarded: 0 });
  expect(outbox.expire('home', 1001)).toEqual({ dead: 0, discarded: 0 });
  expect(first('home', 1001)?.id).toBe('b-opened');
});

test('what was delivered is forgotten after twice the time that anything may wait', () => {
  outbox.add('home', 'opened', alertOf('a'), 0);
  outbox.delivered(1, 10);
  outbox.expire('home', 2009);
  expect(outbox.add('home', 'opened', alertOf('a'), 0).isNew).toBe(false);
  outbox.expire('home', 2011);
  expect(outbox.add('home', 'opened', alertOf('a'), 0).isNew).toBe(true);
});

test('a dead letter that is queued again has all its attempts, one that is removed is gone for good', () => {
  outbox.add('home', 'opened', alertOf('a'), 0);
  outbox.add('home', 'opened', alertOf('b'), 0);
  outbox.postpone(1, 50, 'no');
  for (const seq of [1, 2]) expect(outbox.giveUp(seq, 'no', 1)).toEqual({ dead: 1, discarded: 0 });
  expect(first('home', 100)).toBeUndefined();
  expect(outbox.retry(1, 900)).toBe('home');
  expect(outbox.retry(1, 900)).toBeUndefined();
  expect(first('home', 900)).toMatchObject({ id: 'a-opened', attempts: 0, queuedAt: 900 });
  expect(outbox.remove(2)).toBe(true);
  expect(outbox.remove(2)).toBe(false);
  expect(outbox.deadLetters(10)).toEqual([]);
  expect(outbox.add('home', 'opened', alertOf('b'), 0).isNew).toBe(false);
});

test('what waits for a notifier that was removed becomes a dead letter, and can be sent when it is back', () => {
  outbox.add('work', 'opened', alertOf('a'), 0);
  outbox.close();
  outbox = open(['home'], 5);
  expect(outbox.deadLetters(10)[0]?.message).toBe('this notifier was removed from the pipeline file');
  expect(outbox.retry(1, 6)).toBeUndefined();
  outbox.close();
  outbox = open(['home', 'work'], 7);
  expect(outbox.retry(1, 8)).toBe('work');
  expect([outbox.since('home'), outbox.since('work')]).toEqual([0, 7]);
});

test('remembers topics and who it is', () => {
  const { instance } = outbox;
  outbox.addTopic('home', 'nightjar/door/alert');
  outbox.addTopic('home', 'nightjar/door/alert');
  outbox.addTopic('home', 'nightjar/door/score');
  outbox.removeTopic('home', 'nightjar/door/score');
  outbox.close();
  outbox = open();
  expect(outbox.topics('home')).toEqual(['nightjar/door/alert']);
  expect(outbox.topics('work')).toEqual([]);
  expect(outbox.instance).toBe(instance);
});

test('says which file is none of its own, or of a newer version', () => {
  outbox.close();
  const database = new Database(path.join(folder, 'notify.db'));
  database.exec('PRAGMA user_version = 9');
  database.close();
  expect(() => open()).toThrow(/notify\.db: a newer Nightjar wrote this outbox \(version 9, expected at most 1\)/);
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'notify.db'), 'x'.repeat(5000));
  expect(() => open()).toThrow(/notify\.db: cannot open the outbox: /);
  rmSync(path.join(folder, 'notify.db'));
  outbox = open();
});
