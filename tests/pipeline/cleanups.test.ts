import { Cleanups } from '../../src/pipeline/cleanups.ts';

test('undoes the last thing first, each after the one before is done', async () => {
  const cleanups = new Cleanups();
  const done: string[] = [];
  cleanups.add(() => void done.push('store'));
  cleanups.add(async () => {
    done.push('server closing');
    await Promise.resolve();
    done.push('server closed');
  });
  await cleanups.run();
  expect(done).toEqual(['server closing', 'server closed', 'store']);
});

test('one that fails keeps no other from running, and is told at the end', async () => {
  const cleanups = new Cleanups();
  const done: string[] = [];
  const [rejected, thrown] = [new Error('rejected'), new Error('thrown')];
  cleanups.add(() => void done.push('first'));
  cleanups.add(async () => Promise.reject(rejected));
  cleanups.add(() => void done.push('second'));
  cleanups.add(() => {
    throw thrown;
  });
  await expect(cleanups.run()).rejects.toMatchObject({ name: 'AggregateError', errors: [thrown, rejected] });
  expect(done).toEqual(['second', 'first']);
});

test('undoes nothing twice', async () => {
  const cleanups = new Cleanups();
  let runs = 0;
  cleanups.add(() => void runs++);
  await Promise.all([cleanups.run(), cleanups.run()]);
  await cleanups.run();
  expect(runs).toBe(1);
});
