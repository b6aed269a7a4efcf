import { learningLog } from '../../src/commands/learning-log.ts';

test('logs each stage of a camera at once and its progress every 10 s', () => {
  let now = 0;
  const lines: string[] = [];
  const log = learningLog(
    ({ camera, stage, fraction }) => lines.push(`${camera} ${stage} ${fraction}`),
    () => now,
  );
  log('gate', { stage: 'collecting', fraction: 0 });
  log('yard', { stage: 'collecting', fraction: 0 });
  for (now = 1000; now <= 20_000; now += 1000) log('gate', { stage: 'collecting', fraction: now / 100_000 });
  log('gate', { stage: 'training', fraction: 0 });
  expect(lines).toEqual([
    'gate collecting 0',
    'yard collecting 0',
    'gate collecting 0.1',
    'gate collecting 0.2',
    'gate training 0',
  ]);
});
