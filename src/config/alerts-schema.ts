import { fraction, group, number } from './schema-parts.ts';

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
}).prefault({});
