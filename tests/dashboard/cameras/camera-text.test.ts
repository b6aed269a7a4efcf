import { adviceOf, learningText } from '../../../src/dashboard/cameras/camera-text.ts';

test('learning without a known end says only how far it is', () => {
  expect(learningText({ stage: 'collecting', fraction: 0.1 })).toBe('Watching the scene: 10 %');
});

test('training says its loss, its speed and its end', () => {
  const progress = {
    stage: 'training',
    fraction: 0.42,
    loss: 0.0012,
    framesPerSecond: 310.4,
    secondsLeft: 200,
  } as const;
  expect(learningText(progress)).toBe(
    'Learning what is normal: 42 %, loss 0.00120, 310 frames/s, about 3 min 20 s left',
  );
});

test('there is advice for a wrong password, and none for a cause that is not known', () => {
  expect(adviceOf('unauthorized')).toContain('password');
  expect(adviceOf('moonlight')).toBeUndefined();
});
