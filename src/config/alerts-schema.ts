import * as z from 'zod';

import { weekdays } from '../core/status.ts';
import { choice, fraction, group, number } from './schema-parts.ts';

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

const timeOfDay = z
  .string('a time such as "07:30", in quotes')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as "07:30", in quotes');
const daysExpected = `a list of ${weekdays.join(', ')}`;
const hours = group({
  days: z
    .array(choice(weekdays), daysExpected)
    .min(1, daysExpected)
    .default([...weekdays])
    .describe('The days on which it begins; all of them without it.'),
  from: timeOfDay.describe('The time it begins, by the clock of the machine.'),
  to: timeOfDay.describe('The time it ends; not after from: on the next day.'),
});

const retention = group({
  days: number(0.01, 36_500).default(90).describe('Days after which an alert is removed.'),
  megabytes: number(1, 100_000_000)
    .default(4096)
    .describe(
      'Megabytes that pictures, clips, scores and footage of all alerts may take: beyond it the oldest are removed, those judged real last.',
    ),
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
  groupSeconds: number(0, 3600)
    .default(10)
    .describe('Alerts of several cameras that begin within so many seconds of the first one are a group; 0 for none.'),
  schedule: z
    .exactOptional(z.array(hours, 'a list of times').min(1, 'a list of one or more times'))
    .describe(
      'When to be told of alerts. Outside they are recorded and shown, and no notifier is told. Always, without it.',
    ),
  quietHours: z
    .array(hours, 'a list of times')
    .default([])
    .describe('When not to be told of alerts, whatever the schedule says.'),
  retention: retention.describe('How long alerts are kept, with all that belongs to them.'),
  clips: clips.describe('The videos of alerts: a group of keys of its own.'),
}).prefault({});
