import { alertDurationText, snapshotPath, spokenAlert } from '../../../src/dashboard/ui/alert-text.ts';

const now = 1_700_000_000_000;

test('an alert says how long it lasted, or that it goes on', () => {
  expect(alertDurationText({ startAt: now, endAt: null })).toBe('ongoing');
  expect(alertDurationText({ startAt: now, endAt: now + 9000 })).toBe('lasted 9 s');
});

test('an alert is spoken of with its severity', () => {
  expect(spokenAlert({ kind: 'camera-covered', camera: 'yard', severity: 'high' })).toBe(
    'Camera is covered, yard, high severity',
  );
});

test('the address of a snapshot is new when its peak is, and holds any id', () => {
  expect(snapshotPath({ id: 'a/1', peakAt: 5.4 })).toBe('alerts/a%2F1/snapshot.jpg?peak=5');
});
