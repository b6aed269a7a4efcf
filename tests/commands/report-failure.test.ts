import { reportFailure } from '../../src/commands/report-failure.ts';
import { CameraError, ConfigError, InterruptedError } from '../../src/core/errors.ts';

const report = (error: unknown, json: boolean) => {
  const printed: unknown[] = [];
  const print = jest.spyOn(console, 'error').mockImplementation((line: unknown) => void printed.push(line));
  const code = reportFailure(error, json);
  print.mockRestore();
  return { code, printed };
};

test.each([
  [new ConfigError('invalid', 'no camera "x"'), 2, 'nightjar: no camera "x"'],
  [new CameraError('no-ffmpeg', 'install it'), 1, 'nightjar: install it'],
  [new InterruptedError(), 130, 'nightjar: Interrupted before the work was done.'],
])('%s is a sentence, with its exit code', (error, code, sentence) => {
  expect(report(error, false)).toEqual({ code, printed: [sentence] });
});

test.each([
  [new ConfigError('invalid', 'no camera "x"'), 'invalid'],
  [new InterruptedError(), 'interrupted'],
  [new TypeError('x is not a function'), 'unexpected'],
])('%s is one line of JSON with --json', (error, code) => {
  const { printed } = report(error, true);
  expect(printed).toHaveLength(1);
  expect(JSON.parse(String(printed[0]))).toMatchObject({ error: error.name, code });
});
