/**
 * Makes a checkout ready to run: npm packages, dist/, ffmpeg; with `--dev` also what the tests need from the system.
 * Says nothing and takes no time when nothing is missing. Plain Node: it runs before any package is there.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildStamp, readStamp, sourceHash } from './build-stamp.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** Something that set-up cannot mend; the message says what the user can do. */
class SetupError extends Error {}

const say = (text) => process.stderr.write(text);

/** Runs a command quietly. */
const run = (command, args, env = {}) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
    shell: process.platform === 'win32' && command === 'npm',
  });
  return { ok: status === 0, output: error ? error.message : `${stdout}${stderr}`.trim() };
};

/** Tries one attempt after the other under a line of progress. Returns the last one's outcome. */
const attempt = (title, attempts) => {
  const startedAt = performance.now();
  say(`${title} ...`);
  let outcome = { ok: false, output: '' };
  for (const next of attempts) if (!outcome.ok) outcome = next();
  say(outcome.ok ? ` done in ${Math.ceil((performance.now() - startedAt) / 1000)} s\n` : ' failed\n');
  return outcome;
};

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `Nightjar needs Node 20.19 or newer and this is ${process.version}: install a newer one from https://nodejs.org.`,
  );
};

/** All packages, those for development too: the compiler is one of them, and dist/ is built here. */
const installPackages = () => {
  const stamp = 'node_modules/.nightjar-setup';
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (readStamp(stamp) === wanted) return;

  const npm = (...args) =>
    run('npm', [...args, '--include=dev', '--no-audit', '--no-fund'], { ONNXRUNTIME_NODE_INSTALL: 'skip' });
  const install = () => npm('install', '--no-save');
  // `npm ci` refuses a lock file made where a registry lacks other systems' packages; `npm install` keeps to what it locks.
  const attempts = existsSync('node_modules') ? [install] : [() => npm('ci'), install];
  const { ok, output } = attempt('Installing packages (about 30 s)', attempts);
  if (!ok)
    throw new SetupError(
      `${output}\n\nThe packages could not be installed. Check the network (or the registry: npm config get registry), then try again.`,
    );
  writeFileSync(stamp, wanted);
};

const build = () => {
  if (readStamp(buildStamp) === sourceHash(root)) return;
  const { ok, output } = attempt('Building', [() => run(process.execPath, ['scripts/build.js'])]);
  if (!ok) throw new SetupError(`${output}\n\nThe build failed: correct what the compiler says, then try again.`);
};

const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

const isOnPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => isExecutable(path.join(folder, process.platform === 'win32' ? `${name}.exe` : name)));

/** Debian's packages, as root or with a sudo that asks no password; otherwise undefined. */
const aptInstall = (packages) => {
  if (!isOnPath('apt-get')) return undefined;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0 && !run('sudo', ['-n', 'true']).ok) return undefined;
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    return run(command, rest);
  };
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  const title = `Installing ${packages.join(', ')} from the system's packages`;
  // A fresh container has no lists, an old one outdated lists: both show as a failure to install.
  return attempt(title, [install, () => (apt('update'), install())]);
};

const aptCommand = (packages) => `sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`;

/** The same places in the same order as src/camera looks for it. */
const hasFfmpeg = () => {
  const named = process.env.NIGHTJAR_FFMPEG;
  if (named && !isExecutable(named) && !isOnPath(named))
    throw new SetupError(`NIGHTJAR_FFMPEG is ${named}, which cannot be run: correct it, or unset it.`);
  // The npm package's binary can be there in name only.
  return Boolean(named) || isOnPath('ffmpeg') || run('node_modules/ffmpeg-static/ffmpeg', ['-version']).ok;
};

const provideFfmpeg = () => {
  if (hasFfmpeg() || aptInstall(['ffmpeg'])?.ok) return;
  const download = 'node_modules/ffmpeg-static/install.js';
  if (existsSync(download)) {
    attempt('Downloading ffmpeg', [() => run(process.execPath, [download])]);
    if (hasFfmpeg()) return;
  }
  throw new SetupError(
    `Nightjar needs ffmpeg and could not install it. Install it yourself:\n  ${aptCommand(['ffmpeg'])}\n(macOS: brew install ffmpeg), or set NIGHTJAR_FFMPEG to the path of one.`,
  );
};

/** What the end-to-end tests use as real counterparts: a browser, GStreamer's RTSP server, an MQTT broker. */
const testPackages = [
  'chromium',
  'gir1.2-gst-rtsp-server-1.0',
  'python3-gi',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
  'gstreamer1.0-plugins-ugly',
  // For what is in deploy/: promtool and a Prometheus, a broker, systemd-analyze.
  'prometheus',
  'mosquitto',
  'systemd',
];

/** Programs that come from elsewhere as often as from Debian: only what is not there is installed. */
const testPrograms = { kubectl: 'kubernetes-client', 'docker-compose': 'docker-compose' };

const provideTestPackages = () => {
  const installed = run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...testPackages]).output;
  const missing = [
    ...testPackages.filter((name) => !installed.includes(`${name} installed`)),
    ...Object.entries(testPrograms).flatMap(([program, name]) => (isOnPath(program) ? [] : [name])),
  ];
  if (missing.length === 0 || aptInstall(missing)?.ok) return;
  say(`Some tests will fail, for they need system packages that could not be installed:\n  ${aptCommand(missing)}\n`);
};

try {
  checkNode();
  installPackages();
  build();
  provideFfmpeg();
  if (process.argv.includes('--dev')) provideTestPackages();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(`${error.message}\n`);
  process.exitCode = 1;
}
