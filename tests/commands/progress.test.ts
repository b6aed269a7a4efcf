import { progressLine, progressReporter } from '../../src/commands/progress.ts';

test.each([
  [{ stage: 'collecting', fraction: 0 }, 'collecting 0 %'],
  [
    { stage: 'training', fraction: 0.424, loss: 0.00123456, secondsLeft: 35.4 },
    'training 42 %, loss 0.00123, 35 s left',
  ],
  [
    { stage: 'training', fraction: 0.424, loss: 0.00123456, framesPerSecond: 310.4, secondsLeft: 35.4 },
    'training 42 %, loss 0.00123, 310 frames/s, 35 s left',
  ],
  [{ stage: 'training', fraction: 0.1, secondsLeft: 89.4 }, 'training 10 %, 89 s left'],
  [{ stage: 'training', fraction: 0.1, secondsLeft: 150 }, 'training 10 %, 3 min left'],
  [{ stage: 'calibrating', fraction: 1, secondsLeft: -0.2 }, 'calibrating 100 %, 0 s left'],
] as const)('%j reads as "%s"', (progress, line) => {
  expect(progressLine(progress)).toBe(line);
});

describe('a reporter', () => {
  const { isTTY: wasTTY } = process.stderr;
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    process.stderr.isTTY = wasTTY;
    jest.restoreAllMocks();
  });
  const reporter = (isTTY: boolean) => {
    process.stderr.isTTY = isTTY;
    const drawn = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const lines: string[] = [];
    return { drawn, lines, progress: progressReporter((line) => lines.push(line)) };
  };

  test('prints a line at each new stage, then one in five seconds', () => {
    const { progress, lines } = reporter(false);
    progress.report('door', { stage: 'collecting', fraction: 0 });
    progress.report('door', { stage: 'collecting', fraction: 0.1 });
    progress.report('door', { stage: 'training', fraction: 0.2 });
    jest.advanceTimersByTime(4999);
    progress.report('door', { stage: 'training', fraction: 0.3 });
    jest.advanceTimersByTime(1);
    progress.report('door', { stage: 'training', fraction: 0.4 });
    expect(lines).toEqual(['door: collecting 0 %', 'door: training 20 %', 'door: training 40 %']);
  });

  test('cameras that learn side by side have their lines each for itself', () => {
    const { progress, lines } = reporter(false);
    for (let round = 0; round < 3; round++) {
      progress.report('door', { stage: 'training', fraction: 0.5 });
      progress.report('yard', { stage: 'collecting', fraction: 0.1 });
    }
    expect(lines).toEqual(['door: training 50 %', 'yard: collecting 10 %']);
  });

  test('on a terminal the bar stays with one camera until it is done or silent', () => {
    const { progress, drawn } = reporter(true);
    const bars = (): string[] => drawn.mock.calls.join('').match(/(door|yard) [=-]+/g) ?? [];
    for (let round = 0; round < 3; round++) {
      progress.report('door', { stage: 'training', fraction: 0.5 });
      progress.report('yard', { stage: 'collecting', fraction: 0.1 });
    }
    expect(bars().filter((bar) => bar.startsWith('yard'))).toEqual([]);
    progress.stop('yard');
    progress.stop('door');
    progress.report('yard', { stage: 'training', fraction: 0.1 });
    expect(bars().at(-1)).toMatch(/^yard/);
    jest.advanceTimersByTime(2000);
    progress.report('door', { stage: 'training', fraction: 0.5 });
    expect(bars().at(-1)).toMatch(/^door/);
    progress.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('draws a bar on a terminal instead, and leaves no timer behind', () => {
    const { progress, lines, drawn } = reporter(true);
    progress.report('door', { stage: 'training', fraction: 0.5 });
    progress.stop();
    expect(lines).toEqual([]);
    expect(drawn.mock.calls.join('')).toMatch(/door .*training 50 %/);
    expect(jest.getTimerCount()).toBe(0);
  });
});
