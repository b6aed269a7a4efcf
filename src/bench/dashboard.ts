import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { quantileOf } from '../task/threshold.ts';
import { askProcess, startProcess, stopProcess } from './bench-process.ts';
import { recordedDays } from './dashboard-alerts.ts';
import type { ClientsReport } from './dashboard-clients.ts';
import type { DashboardReport } from './dashboard-subject.ts';
import { median, rounded } from './statistics.ts';

const warmUpMs = 5000;
const timelineRequests = 30;
const dayMs = 86_400_000;

/**
 * What pages cost the server and how soon they hear of alerts: many clients on several cameras, with and without live
 * pictures, beside a store of many alerts; and how long a day's timeline takes. The last line printed is one JSON object.
 */
export const dashboardBench = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: { type: 'string', default: '100' },
      cameras: { type: 'string', default: '8' },
      alerts: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '20' },
    },
  });
  const [clients, seconds] = [Number(values.clients), Number(values.seconds)];
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-bench-'));
  const server = await startProcess('dashboard-subject.js', [folder, values.cameras, values.alerts]);
  try {
    const { url } = server;
    const timelineMs = await measureTimeline(url);
    const idle = await measure(server.child, seconds);
    const figures = { alertP95Ms: NaN, cpuPerClient: NaN, rssPerClientMb: NaN };
    const byView: Record<string, object> = {};
    for (const view of ['alerts', 'grid'] as const) {
      const crowd = await startProcess('dashboard-clients.js', [url, String(clients), String(view === 'grid')]);
      await sleep(warmUpMs);
      await askProcess<ClientsReport>(crowd.child);
      const busy = await measure(server.child, seconds);
      const report = await askProcess<ClientsReport>(crowd.child);
      await stopProcess(crowd.child);
      // The first view to be measured, without pictures, is not counted on: what a page costs is its grid.
      Object.assign(figures, {
        alertP95Ms: rounded(quantileOf(report.alertMs, 0.95)),
        cpuPerClient: rounded((busy.cpu - idle.cpu) / clients),
        rssPerClientMb: rounded((busy.rssMb - idle.rssMb) / clients),
      });
      byView[view] = {
        ...figures,
        alertP50Ms: rounded(median(report.alertMs)),
        alerts: report.alertMs.length / clients,
        serverCpu: rounded(busy.cpu),
        picturesPerSecond: rounded(report.pictures / seconds / clients),
        megabytesPerSecond: rounded(report.bytes / seconds / 1e6),
        closed: report.closed,
      };
      console.log(JSON.stringify({ [view]: byView[view] }));
    }
    const idleServer = { cpu: rounded(idle.cpu), rssMb: rounded(idle.rssMb) };
    console.log(
      JSON.stringify({ clients, cameras: Number(values.cameras), ...figures, timelineMs, idle: idleServer, byView }),
    );
  } finally {
    await stopProcess(server.child);
    await rm(folder, { recursive: true });
  }
};

/** The median of a day's timeline, of another day each time. */
const measureTimeline = async (url: string): Promise<number> => {
  const times: number[] = [];
  const now = Date.now();
  for (let request = 0; request < timelineRequests; request++) {
    const from = now - (1 + ((request * 7) % (recordedDays - 1))) * dayMs;
    const startedAt = performance.now();
    const response = await fetch(`${url}/api/alerts/timeline?from=${from}&to=${from + dayMs}&buckets=96`);
    await response.json();
    if (!response.ok) throw new Error(`The timeline was refused with ${response.status}`);
    times.push(performance.now() - startedAt);
  }
  return rounded(median(times));
};

/** The share of a core that the server takes, and its memory at the end. */
const measure = async (child: ChildProcess, seconds: number): Promise<{ cpu: number; rssMb: number }> => {
  const before = await askProcess<DashboardReport>(child);
  const startedAt = performance.now();
  await sleep(seconds * 1000);
  const after = await askProcess<DashboardReport>(child);
  const elapsed = (performance.now() - startedAt) / 1000;
  return { cpu: (after.cpuSeconds - before.cpuSeconds) / elapsed, rssMb: after.rssMb };
};
