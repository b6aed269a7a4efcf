import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse } from 'yaml';

import { preciseNow } from '../../src/core/frame.ts';
import { recordEvent, recordInference, recordPicture, recordPrediction } from '../../src/pipeline/telemetry.ts';
import { createLog } from '../../src/pipeline/log.ts';
import { livePicture, prediction, startSynthetic } from '../server/synthetic-feed.ts';
import { startPrometheus } from '../support/prometheus.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const deployed = path.resolve('deploy/prometheus');
const ruleFiles = readdirSync(path.join(deployed, 'rules')).map((name) => path.join(deployed, 'rules', name));
const rules = ruleFiles.flatMap((file) =>
  (parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
);
const board = JSON.parse(readFileSync('deploy/grafana/dashboards/nightjar.json', 'utf8')) as { panels: Panel[] };

/** What an alert compares, without the comparison: it gives data whether the alert fires or not. */
const compared = (expression: string): string =>
  expression
    .replace(/^absent\((.*)\)$/, '$1')
    .replace(/ (?:==|>) 0 and on .*$/, '')
    .replace(/ (?:==|>) [\d.]+$/, '');
/** As Grafana fills in its variables when everything is selected. */
const filledIn = (expression: string): string =>
  expression.replaceAll(/\$(?:instance|camera)/g, '.*').replaceAll('$__rate_interval', '1m');

type Feed = Awaited<ReturnType<typeof startSynthetic>>['feed'];

/** One moment of two cameras, by what the pipeline calls; the test is this machine's only process to look at. */
const happen = ({ metrics }: Feed): void => {
  const log = createLog({ json: true, level: 'silent' });
  metrics.notificationsPending.set({ notifier: 'home' }, 1);
  for (const outcome of ['delivered', 'failed', 'dead', 'discarded'])
    metrics.notifications.inc({ notifier: 'home', outcome });
  for (const camera of ['door', 'yard']) {
    metrics.children.set(camera, process.pid);
    metrics.setEncoder(camera, 'raw', process.pid);
    metrics.framesDecoded.inc({ camera }, 5);
    metrics.framesDropped.inc({ camera, reason: 'queue' });
    metrics.framesDropped.inc({ camera, reason: 'slow-viewer' });
    metrics.liveFramesDecoded.inc({ camera }, 10);
    metrics.liveFramesDropped.inc({ camera, reason: 'pool' });
    metrics.publisherUp.set({ camera }, 1);
    metrics.publisherFailures.inc({ camera, cause: 'refused' });
    metrics.alerts.inc({ camera, kind: 'anomaly' });
    metrics.taskFailures.inc({ camera, task: 'anomaly' });
    metrics.queueLength.set({ queue: 'inference' }, 2);
    recordEvent(log, metrics, camera, { type: 'failed', cause: 'stalled', message: 'stalled', retryInMs: 500 });
    recordEvent(log, metrics, camera, { type: 'connected', afterMs: 20 });
    const answers = [{ index: 0 }] as never;
    recordInference(metrics, { work: { stream: 'analysis' }, answers, queuedMs: 3, inferenceMs: 20 });
    const seen = { ...prediction(camera, 1).frame, capturedAt: preciseNow() - 40 };
    recordPrediction(metrics, { ...prediction(camera, 1), frame: seen });
    const { frame, denoised } = livePicture(camera, 1);
    recordPicture(metrics, { frame: { ...frame, capturedAt: preciseNow() - 15 }, denoised });
    recordPicture(metrics, { frame: { ...frame, capturedAt: preciseNow() - 5 } });
  }
};

/** Passes on only what comes with the token, as a server that wants a log-in does. */
const startDoorkeeper = async (target: number, token: string) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    void fetch(`http://127.0.0.1:${target}${request.url}`).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, seen, close: () => server.close() };
};

/** The configuration of deploy/, with another target and, so that the test is short, shorter intervals. */
const configure = (folder: string, port: number): string => {
  cpSync(deployed, folder, { recursive: true });
  mkdirSync(path.join(folder, 'secrets'));
  writeFileSync(path.join(folder, 'secrets/metrics-token'), 'njt_secret\n');
  const file = path.join(folder, 'prometheus.yml');
  const text = readFileSync(file, 'utf8');
  const changed = text.replaceAll('15s', '1s').replace('nightjar:8080', `127.0.0.1:${port}`);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
  return file;
};

describe('a real Prometheus with the configuration of deploy/ that scrapes a Nightjar', () => {
  let folder: string;
  let nightjar: Awaited<ReturnType<typeof startSynthetic>>;
  let doorkeeper: Awaited<ReturnType<typeof startDoorkeeper>>;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  let life: NodeJS.Timeout;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'nightjar-prometheus-'));
    nightjar = await startSynthetic();
    happen(nightjar.feed);
    life = setInterval(() => happen(nightjar.feed), 100);
    doorkeeper = await startDoorkeeper(nightjar.server.port, 'njt_secret');
    prometheus = await startPrometheus(configure(folder, doorkeeper.port), folder);
    const records = rules.flatMap(({ record = [] }) => record);
    const areAllThere = async (): Promise<boolean> =>
      (await Promise.all(records.map(prometheus.query))).every((result) => result.length > 0);
    // The groups of rules are evaluated one after the other, from two scrapes on. What never comes, the tests name.
    const deadline = performance.now() + 20_000;
    while (performance.now() < deadline && !(await areAllThere())) await sleep(200);
  });
  afterAll(async () => {
    clearInterval(life);
    await prometheus?.stop();
    doorkeeper?.close();
    await nightjar?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const expectData = async (expression: string): Promise<void> => {
    const result = await prometheus.query(expression);
    expect(result.length).toBeGreaterThan(0);
    for (const { value } of result) expect(Number(value[1])).not.toBeNaN();
  };

  test('it finds the target up, by the token in its file', async () => {
    const [up] = await prometheus.query('up{job="nightjar"}');
    expect(up?.value[1]).toBe('1');
    expect(new Set(doorkeeper.seen)).toEqual(new Set(['Bearer njt_secret']));
  });

  test('promtool finds nothing wrong with the metrics', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${nightjar.server.port}/metrics`)).text();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: metrics,
      encoding: 'utf8',
    });
    expect({ status, output: stdout + stderr }).toEqual({ status: 0, output: '' });
  });

  test.each(rules.map(({ record, alert, expr }) => [record ?? alert, expr]))(
    'the rule %s has data',
    async (name, expr) => {
      await expectData(name?.startsWith('Nightjar') ? compared(expr) : expr);
      if (!name?.startsWith('Nightjar')) await expectData(name!);
    },
  );

  test('all its rules are evaluated without an error', async () => {
    type Groups = { data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] } };
    const { data } = await prometheus.get<Groups>('/api/v1/rules');
    const evaluated = data.groups.flatMap((group) => group.rules);
    const names = rules.map(({ record, alert }) => record ?? alert);
    expect(new Set(evaluated.map(({ name }) => name))).toEqual(new Set(names));
    expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  const queries = board.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));
  test.each(queries)('the board\'s panel "%s" has data: %s', async (_title, expr) => expectData(filledIn(expr)));

  test("the board's variables find the cameras", async () => {
    const { data } = await prometheus.get<{ data: string[] }>('/api/v1/label/camera/values?match[]=nightjar_camera_up');
    expect(data).toEqual(['door', 'yard']);
  });
});

test('promtool accepts the configuration, the rules, and what the rules do with made-up series', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-promtool-'));
  try {
    expect(execFileSync('promtool', ['check', 'config', configure(folder, 1)], { encoding: 'utf8' })).toContain(
      'SUCCESS',
    );
    expect(execFileSync('promtool', ['check', 'rules', ...ruleFiles], { encoding: 'utf8' })).not.toContain('FAILED');
    const tests = path.join(deployed, 'tests/nightjar.yml');
    expect(execFileSync('promtool', ['test', 'rules', tests], { encoding: 'utf8' })).toContain('SUCCESS');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every alert is tested with made-up series, and says what is wrong and what to do', () => {
  const tests = readFileSync(path.join(deployed, 'tests/nightjar.yml'), 'utf8');
  for (const { alert } of rules) if (alert) expect(tests).toContain(`alertname: ${alert}\n        exp_alerts:\n`);
});

test('the rules and the board ask for metrics that Nightjar has, and for every one of them', async () => {
  const { feed, close } = await startSynthetic();
  const names = feed.metrics.registry.getMetricsAsArray().map(({ name }) => name);
  await close();
  const asked = JSON.stringify([rules, board]).match(/\b(?<![:\w])nightjar_\w+/g) ?? [];
  const base = new Set(asked.map((name) => name.replace(/_bucket$/, '')));
  expect([...base].filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name) => name.startsWith('nightjar_') && !base.has(name))).toEqual([]);
});
