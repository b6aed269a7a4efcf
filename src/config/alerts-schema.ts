import * as z from 'zod';

import { fraction, group, number } from './schema-parts.ts';

const clipsExpected = 'true, false or always';

const clips = group({
  enabled: z
    .union([z.boolean(), z.literal('always')], clipsExpected)
    .default(true)
    .describe(
      'Keep a video of each alert, as the camera sent it. A camera with a mask gets none, because it would show what is masked; always gives it one all the same.',
    ),
  preRollSeconds: number(0, 60).default(5).describe('Seconds of the video before the alert, at least.'),
  postRollSeconds: number(0, 60).default(5).describe('Seconds of the video after the end of the alert.'),
  maxSeconds: number(1, 600).default(60).describe('Seconds of one video, at most; what comes later is not in it.'),
}).prefault({});

export const alerts = group({
  falseAlarmsPerDay: number(0.001, 1000)
    .default(1)
    .describe('False alarms a day that you can live with, for each camera; the threshold is computed from it.'),
  minSeconds: number(0, 3600).default(0.4).describe('Seconds a score must stay above the threshold to open an alert.'),
  clearBelow: fraction
    .default(0.8)
    .describe('An alert may end when the score falls below this share of the threshold.'),
  holdSeconds: number(0, 3600).default(2).describe('Seconds the score must stay below it for the alert to end.'),
  cooldownSeconds: number(0, 86_400)
    .default(30)
    .describe('Seconds after an alert in which a new rise continues it instead of opening another one.'),
  smoothingSeconds: number(0, 60)
    .default(0.15)
    .describe('Time constant of the smoothing of the score (exponential moving average); 0 for none.'),
  cameraDownSeconds: number(1, 86_400)
    .default(30)
    .describe('Seconds without a picture after which a camera is down, which is an alert.'),
  clips: clips.describe('The videos of alerts: a group of keys of its own.'),
}).prefault({});
