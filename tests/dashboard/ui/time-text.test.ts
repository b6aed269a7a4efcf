import { agoText, durationText } from '../../../src/dashboard/ui/time-text.ts';

const now = new Date(2026, 4, 20, 18, 0, 0).getTime();
const minute = 60_000;

test.each([
  [0, 'just now'],
  [-3, 'just now'],
  [42, '42 seconds ago'],
  [90, '1 minute ago'],
  [59 * 60, '59 minutes ago'],
  [4 * 3600, 'today at 14:00'],
  [20 * 3600, 'May 19, 22:00'],
])('a time %d s ago reads "%s"', (seconds, text) => expect(agoText(now - seconds * 1000, now)).toBe(text));

test.each([
  [8_400, '8 s'],
  [200_000, '3 min 20 s'],
  [minute, '1 min'],
  [16.7 * minute, '16 min'],
  [125 * minute, '2 h 5 min'],
])('%d ms read "%s"', (ms, text) => expect(durationText(ms)).toBe(text));
