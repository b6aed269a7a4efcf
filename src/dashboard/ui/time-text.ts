const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayAndClock = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const exact = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }); // prettier-ignore

/** "Tue, Nov 25, 2026, 09:10:11" */
export const exactText = (time: number): string => exact.format(time);

/** How long ago, as a person would say it: "just now", "5 minutes ago", then the time of day, then the date. */
export const agoText = (time: number, now: number): string => {
  const seconds = (now - time) / 1000;
  if (seconds < 10) return 'just now';
  if (seconds < 60) return relative.format(-Math.round(seconds), 'second');
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
  const isSameDay = new Date(time).toDateString() === new Date(now).toDateString();
  return isSameDay ? `today at ${clock.format(time)}` : dayAndClock.format(time);
};

/** "8 s", "3 min 20 s", "25 min", "2 h 5 min": no finer than matters. */
export const durationText = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
