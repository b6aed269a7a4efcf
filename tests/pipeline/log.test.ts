import { spawnSync } from 'node:child_process';

const logged = (json: boolean): string => {
  const script = `
    import('./dist/pipeline/log.js').then(({ createLog }) =>
      createLog({ json: ${json} }).warn({ camera: 'gate', cause: 'timeout' }, 'no answer'));`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr;
};

test('with json a line holds time, level by name, fields and message, and nothing else', () => {
  const { time, ...rest } = JSON.parse(logged(true)) as Record<string, unknown>;
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(rest).toEqual({ level: 'warn', camera: 'gate', cause: 'timeout', msg: 'no answer' });
});

test('without it a line is for people', () => {
  expect(logged(false)).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: no answer \{"camera":"gate","cause":"timeout"\}\n$/);
});
