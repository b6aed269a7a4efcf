import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A checkout of two source files with a compiler that copies them, and a PATH of nothing but the given fake commands. */
let project = '';

const script = (file: string, body: string): void => {
  mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  writeFileSync(path.join(project, file), body);
  chmodSync(path.join(project, file), 0o755);
};
/** Every fake notes that it was called in `calls`. */
const command = (name: string, body = ''): void =>
  script(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >> "${project}/calls"\n${body}\n`);
const calls = (): string => (existsSync(`${project}/calls`) ? readFileSync(`${project}/calls`, 'utf8') : '');

const fakeCompiler = `
const { cpSync, existsSync, readFileSync } = require('node:fs');
if (readFileSync('src/cli.ts', 'utf8').includes('mistake')) { console.log('src/cli.ts(1,1): error TS1: a mistake'); process.exit(1); }
cpSync('src/cli.ts', 'dist/cli.js');`;
const fakeNpm = (): void =>
  command(
    'npm',
    `[ "$1" = ci ] && { echo 'Missing: x from lock file'; exit 1; }
/bin/mkdir -p node_modules/typescript/bin && /bin/cp compiler.cjs node_modules/typescript/bin/tsc`,
  );

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}
const setup = (args: readonly string[] = [], { root = true, env = {} } = {}): Outcome => {
  const nobody = root || process.getuid?.() !== 0 ? {} : { uid: 65_534, gid: 65_534 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${project}/scripts/setup.js`, ...args], {
    encoding: 'utf8',
    env: { PATH: `${project}/bin`, ...env },
    ...nobody,
  });
  return { status, output: `${stdout}${stderr}` };
};

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'nightjar-setup-'));
  chmodSync(project, 0o755);
  cpSync('scripts', `${project}/scripts`, { recursive: true });
  mkdirSync(`${project}/src`);
  writeFileSync(`${project}/src/cli.ts`, '// one');
  writeFileSync(`${project}/package.json`, '{"type":"module"}');
  writeFileSync(`${project}/package-lock.json`, '{}');
  writeFileSync(`${project}/tsconfig.json`, '{}');
  script('compiler.cjs', fakeCompiler);
  fakeNpm();
  command('ffmpeg');
});
afterEach(() => rmSync(project, { recursive: true }));

test('installs the packages and builds, then finds nothing to do and says nothing', () => {
  const first = setup();
  expect(first.output).toMatch(
    /^Installing packages \(about 30 s\) \.\.\. done in \d+ s\nBuilding \.\.\. done in \d+ s\n$/,
  );
  expect(first.status).toBe(0);
  expect(existsSync(`${project}/dist/cli.js`)).toBe(true);
  const before = calls();
  expect(setup()).toEqual({ status: 0, output: '' });
  expect(calls()).toBe(before);
});

test('falls back to npm install --no-save when npm ci refuses the lock file', () => {
  setup();
  expect(calls()).toMatch(/^npm ci .*\nnpm install --no-save .*\n$/);
});

test('installs again when the lock file has changed', () => {
  setup();
  writeFileSync(`${project}/package-lock.json`, '{ }');
  expect(setup().output).toMatch(/^Installing packages/);
});

test('builds again when a source has changed, and removes what came from sources that are gone', () => {
  setup();
  writeFileSync(`${project}/src/cli.ts`, '// two');
  for (const file of ['old.js', 'old.js.map']) writeFileSync(`${project}/dist/${file}`, '');
  expect(setup().output).toMatch(/^Building \.\.\. done/);
  expect(readFileSync(`${project}/dist/cli.js`, 'utf8')).toBe('// two');
  expect(existsSync(`${project}/dist/old.js`)).toBe(false);
  expect(existsSync(`${project}/dist/old.js.map`)).toBe(false);
});

const fakeVite = (body: string): void => script('node_modules/vite/bin/vite.js', body);

test('has the page bundled by Vite, whose folder is left to it', () => {
  mkdirSync(`${project}/src/dashboard`);
  writeFileSync(`${project}/src/dashboard/index.html`, '<p>');
  fakeVite(`require('node:fs').writeFileSync('dist/dashboard/index-1234.js', process.argv.slice(2, 4).join(' '));`);
  mkdirSync(`${project}/dist/dashboard`, { recursive: true });
  setup();
  expect(readFileSync(`${project}/dist/dashboard/index-1234.js`, 'utf8')).toBe('build src/dashboard');
  writeFileSync(`${project}/src/cli.ts`, '// two');
  fakeVite('');
  expect(setup().status).toBe(0);
  expect(existsSync(`${project}/dist/dashboard/index-1234.js`)).toBe(true);
});

test('fails with what Vite says when the page cannot be bundled', () => {
  mkdirSync(`${project}/src/dashboard`);
  writeFileSync(`${project}/src/dashboard/index.html`, '<p>');
  fakeVite(`console.error('cannot resolve ./main.tsx'); process.exit(1);`);
  const { status, output } = setup();
  expect(status).toBe(1);
  expect(output).toContain('cannot resolve ./main.tsx');
});

test("shows the compiler's errors, and fails until they are corrected", () => {
  writeFileSync(`${project}/src/cli.ts`, 'mistake');
  for (const { status, output } of [setup(), setup()]) {
    expect(status).toBe(1);
    expect(output).toContain(
      'src/cli.ts(1,1): error TS1: a mistake\n\nThe build failed: correct what the compiler says',
    );
  }
});

test('shows what npm said when it fails, and what to do', () => {
  command('npm', 'echo "npm error network"; exit 1');
  const { status, output } = setup();
  expect(status).toBe(1);
  expect(output).toContain('npm error network\n\nThe packages could not be installed. Check the network');
});

// Both ways to be allowed: sudo stands in where the tests do not run as root.
const allowApt = (aptGet: string): void => {
  command('apt-get', aptGet);
  command('env', 'shift; exec "$@"');
  command('sudo', 'shift; [ "$1" = true ] || exec "$@"');
};

test('installs ffmpeg from the system packages, after fetching their lists where there are none', () => {
  rmSync(`${project}/bin/ffmpeg`);
  allowApt(`case "$*" in
*update*) echo > "${project}/lists" ;;
*) [ -e "${project}/lists" ] || exit 100; /bin/cp "${project}/bin/npm" "${project}/bin/ffmpeg" ;;
esac`);
  const { status, output } = setup();
  expect(output).toMatch(/Installing ffmpeg from the system's packages \.\.\. done/);
  expect(status).toBe(0);
  expect(calls()).toMatch(
    /apt-get -qq install .* ffmpeg\n(.*\n)*apt-get -qq update\n(.*\n)*apt-get -qq install .* ffmpeg\n/,
  );
});

test('prints the command that installs ffmpeg when it may not do so itself', () => {
  setup();
  rmSync(`${project}/bin/ffmpeg`);
  command('apt-get');
  command('sudo', 'exit 1');
  const { status, output } = setup([], { root: false });
  expect(status).toBe(1);
  expect(output).toContain('sudo apt-get update && sudo apt-get install -y ffmpeg\n');
  expect(calls()).not.toContain('apt-get -qq');
});

test('takes the ffmpeg of the npm package only when it runs', () => {
  setup();
  rmSync(`${project}/bin/ffmpeg`);
  script('node_modules/ffmpeg-static/ffmpeg', '#!/bin/sh\nexit 1\n');
  expect(setup().status).toBe(1);
  script('node_modules/ffmpeg-static/ffmpeg', '#!/bin/sh\nexit 0\n');
  expect(setup()).toEqual({ status: 0, output: '' });
});

test('downloads the ffmpeg of the npm package when the system has none to offer', () => {
  setup();
  rmSync(`${project}/bin/ffmpeg`);
  script(
    'node_modules/ffmpeg-static/install.js',
    `import { writeFileSync } from 'node:fs';
writeFileSync('node_modules/ffmpeg-static/ffmpeg', '#!/bin/sh\\n', { mode: 0o755 });`,
  );
  expect(setup().output).toMatch(/^Downloading ffmpeg \.\.\. done in \d+ s\n$/);
});

test('refuses a NIGHTJAR_FFMPEG that cannot be run, by name', () => {
  const { status, output } = setup([], { env: { NIGHTJAR_FFMPEG: '/no/ffmpeg' } });
  expect(status).toBe(1);
  expect(output).toContain('NIGHTJAR_FFMPEG is /no/ffmpeg, which cannot be run: correct it, or unset it.');
});

test('with --dev installs those of the test packages that are missing', () => {
  command('dpkg-query', 'echo "chromium installed"; echo "python3-gi not-installed"; exit 1');
  allowApt('');
  expect(setup(['--dev']).status).toBe(0);
  expect(calls()).toMatch(/apt-get -qq install -y --no-install-recommends gir1.2-gst-rtsp-server-1.0 python3-gi /);
});

test('with --dev installs a program that may come from elsewhere only where there is none', () => {
  command('dpkg-query');
  command('kubectl');
  allowApt('');
  setup(['--dev']);
  expect(calls()).toMatch(/apt-get -qq install .* docker-compose\n/);
  expect(calls()).not.toContain('kubernetes-client');
});

test('with --dev goes on without the test packages, and prints the command that installs them', () => {
  setup();
  const { status, output } = setup(['--dev'], { root: false });
  expect(status).toBe(0);
  expect(output).toMatch(/^Some tests will fail.*:\n {2}sudo apt-get update && sudo apt-get install -y chromium /);
});
