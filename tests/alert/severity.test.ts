import { severityOf } from '../../src/alert/severity.ts';
import type { AlertKind } from '../../src/core/status.ts';

test.each<[AlertKind, number, string]>([
  ['anomaly', 1, 'low'],
  ['anomaly', 1.49, 'low'],
  ['anomaly', 1.5, 'medium'],
  ['anomaly', 2.99, 'medium'],
  ['anomaly', 3, 'high'],
  ['scene-change', 1, 'low'],
  ['camera-moved', 1, 'medium'],
  ['camera-covered', 1, 'high'],
  ['camera-down', 1, 'high'],
])('an alert of the kind %s with a peak of %d is of severity %s', (kind, peakScore, severity) => {
  expect(severityOf({ kind, peakScore })).toBe(severity);
});
