import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ModelReports } from '../../src/pipeline/model-reports.ts';
import { waitUntil } from '../support/wait-until.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-reports-'));
});
afterEach(async () => rm(folder, { recursive: true }));

const learn = async (created: string): Promise<void> => writeFile(path.join(folder, 'card.json'), created);

/** Reports whose making the test ends. */
const setUp = () => {
  const made: string[] = [];
  const ends: ((page: string) => void)[] = [];
  const unkept: unknown[] = [];
  const make = async (from: string): Promise<string> => {
    made.push(from);
    return new Promise((resolve) => ends.push(resolve));
  };
  return { made, ends, unkept, reports: new ModelReports({ make, onUnkept: (error) => unkept.push(error) }) };
};
test('makes a page once for all who ask, and once for each model', async () => {
  const { made, ends, reports } = setUp();
  await learn('Monday');
  const both = [reports.page(folder), reports.page(folder)];
  await waitUntil('a page is made', () => expect(ends.length).toBeGreaterThan(0));
  ends[0]!('of Monday');
  expect(await Promise.all(both)).toEqual(['of Monday', 'of Monday']);
  expect(await new ModelReports().page(folder)).toBe('of Monday');
  expect(made).toEqual([folder]);

  await learn('Tuesday');
  const next = reports.page(folder);
  await waitUntil('another page is made', () => expect(ends.length).toBeGreaterThan(1));
  ends[1]!('of Tuesday');
  expect(await next).toBe('of Tuesday');
  expect((await readdir(folder)).filter((name) => name.startsWith('.report-'))).toHaveLength(1);
});

test('there is no page without a model, and a damaged one is an error every time', async () => {
  const reports = new ModelReports();
  expect(await reports.page(folder)).toBeUndefined();
  await learn('{}');
  await expect(reports.page(folder)).rejects.toMatchObject({ name: 'ModelError' });
  await expect(reports.page(folder)).rejects.toMatchObject({ name: 'ModelError' });
});

test('the page of a model that was replaced meanwhile is not kept', async () => {
  const { ends, unkept, reports } = setUp();
  await learn('Monday');
  const page = reports.page(folder);
  await waitUntil('a page is made', () => expect(ends.length).toBeGreaterThan(0));
  await learn('Tuesday');
  ends[0]!('of Monday');
  expect(await page).toBe('of Monday');
  expect([await readdir(folder), unkept]).toEqual([['card.json'], []]);
});

test('a page that cannot be kept is given all the same, and that is said', async () => {
  const { ends, unkept, reports } = setUp();
  await learn('Monday');
  const page = reports.page(folder);
  await waitUntil('a page is made', () => expect(ends.length).toBeGreaterThan(0));
  const [name] = [`.report-${'0'.repeat(16)}.html`];
  await mkdir(path.join(folder, name));
  ends[0]!('of Monday');
  expect(await page).toBe('of Monday');
  expect(unkept).toHaveLength(1);
  expect(await readFile(path.join(folder, 'card.json'), 'utf8')).toBe('Monday');
});
