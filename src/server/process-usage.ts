import { readFileSync } from 'node:fs';

/** The kernel's clock ticks a second as user space sees them; 100 on every Linux (proc(5), USER_HZ). */
const ticksPerSecond = 100;

/** What a process has used, from Linux's /proc; undefined when it is gone or this is not Linux. */
export const processUsage = (pid: number): { cpuSeconds: number; residentBytes: number } | undefined => {
  try {
    // The second field is the program's name in parentheses and may hold anything: count from the last ')'.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      residentBytes: Number(resident ?? 0) * 1024,
    };
  } catch {
    return undefined;
  }
};
