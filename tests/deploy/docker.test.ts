import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';

import { loadPipeline } from '../../src/config/load.ts';

interface Service {
  readonly image: string;
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly security_opt?: string[];
  readonly ports?: string[];
  readonly volumes?: string[];
  readonly healthcheck?: { test: string[] };
}

const dockerfiles = ['deploy/Dockerfile', 'deploy/Dockerfile.cuda'];
/** Instructions with their arguments, each on one line. */
const instructions = (file: string): [string, string][] =>
  readFileSync(file, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter(Boolean)
    .map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]);
const argumentsOf = (file: string, instruction: string): string[] =>
  instructions(file).flatMap(([name, rest]) => (name === instruction ? [rest] : []));

describe.each(dockerfiles)('%s', (file) => {
  test('has no mistake that the linter knows', () => {
    expect(validate(readFileSync(file, 'utf8'))).toEqual([]);
    expect(validate('FROM node\nRUNN x').map(({ message }) => message)).toEqual(['Unknown instruction: RUNN']);
  });

  test('copies only what there is and what .dockerignore lets through', () => {
    const allowed = readFileSync('.dockerignore', 'utf8').matchAll(/^!(.*)$/gm);
    const names = new Set([...allowed].map(([, name = '']) => name));
    const sources = argumentsOf(file, 'COPY')
      .filter((rest) => !rest.includes('--from='))
      .flatMap((rest) =>
        rest
          .split(' ')
          .filter((word) => !word.startsWith('--'))
          .slice(0, -1),
      )
      .map((source) => source.replace(/\/$/, ''));
    expect(sources).toContain('src');
    expect(sources.filter((source) => !existsSync(source) || !names.has(source))).toEqual([]);
  });

  test('pins what it begins with, does not run as root, and says whether it is healthy', () => {
    for (const image of argumentsOf(file, 'FROM')) expect(image).toMatch(/^\S+:\S*\$\{\w+_VERSION\}-\S+( AS build)?$/);
    for (const value of argumentsOf(file, 'ARG')) expect(value).toMatch(/^\w+_VERSION=\d+\.\d+\.\d+$/);
    expect(argumentsOf(file, 'USER').at(-1)).toMatch(/^(node|1000:1000)$/);
    expect(argumentsOf(file, 'HEALTHCHECK')[0]).toContain('/health');
  });

  test('its Node.js is new enough', () => {
    const version = argumentsOf(file, 'ARG')[0]?.split('=')[1] ?? '';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(major > 20 || (major === 20 && minor >= 19)).toBe(true);
  });

  const checkHealth = (url: string): number | null => {
    const [, program = '', ...args] = JSON.parse(
      `["",${/CMD \[(.*)\]$/.exec(argumentsOf(file, 'HEALTHCHECK')[0] ?? '')?.[1]}]`,
    ) as string[];
    return spawnSync(program, args, { env: { ...process.env, NIGHTJAR_HEALTH_URL: url } }).status;
  };
  test('its health check fails where nothing answers or not well, and passes where Nightjar does', () => {
    expect(checkHealth('http://127.0.0.1:9/health')).toBe(1);
    expect(checkHealth('data:,ok')).toBe(0);
  });
});

test('both images are made of the same files', () => {
  const [copied, copiedForCuda] = dockerfiles.map((file) =>
    argumentsOf(file, 'COPY').map((rest) => rest.replace(/ \.npmrc|node:node |1000:1000 /g, '')),
  );
  expect(copiedForCuda?.filter((rest) => !rest.includes('/usr/local/bin/node'))).toEqual(copied);
});

test('what they copy is enough to build Nightjar and to start it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-image-'));
  try {
    for (const rest of argumentsOf('deploy/Dockerfile', 'COPY').filter((each) => !each.includes('--from='))) {
      const words = rest.split(' ').filter((word) => !word.startsWith('--'));
      for (const source of words.slice(0, -1)) cpSync(source, path.join(folder, source), { recursive: true });
    }
    symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
    const run = (...args: string[]): string => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    run('scripts/build.js');
    for (const source of ['src', 'scripts']) rmSync(path.join(folder, source), { recursive: true });
    expect(run('bin/nightjar.js', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(existsSync(path.join(folder, 'dist/dashboard/index.html'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the pipeline file of a new volume loads, with and without a camera in the environment', async () => {
  for (const env of [{}, { CAMERA_URL: 'rtsp://camera/live' }])
    expect((await loadPipeline('deploy/pipeline.yaml', env)).cameras).toHaveLength(1);
});

test('with its notifier uncommented it is told to the mosquitto of compose.yaml', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-docker-'));
  try {
    const file = path.join(folder, 'pipeline.yaml');
    writeFileSync(file, readFileSync('deploy/pipeline.yaml', 'utf8').replaceAll(/^# (?=notify:| )/gm, ''));
    const { notify } = await loadPipeline(file, { MQTT_PASSWORD: 'made-up' });
    expect(notify).toMatchObject([{ name: 'home', mqtt: { url: 'mqtt://mosquitto:1883', password: 'made-up' } }]);
    expect(Object.keys(compose.services)).toContain('mosquitto');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const compose = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};
/** The plugin of docker where there is one, else the program of its own. */
const [program = '', ...plugin] =
  spawnSync('docker', ['compose', 'version']).status === 0 ? ['docker', 'compose'] : ['docker-compose'];
const configure = (...args: string[]): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-compose-'));
  try {
    const filledIn = readFileSync('deploy/example.env', 'utf8').replaceAll(/^(\w+_PASSWORD)=$/gm, '$1=made-up');
    writeFileSync(path.join(folder, '.env'), filledIn);
    return execFileSync(program, [...plugin, '--env-file', path.join(folder, '.env'), ...args, 'config'], {
      encoding: 'utf8',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('docker-compose accepts compose.yaml with the example environment filled in, alone and with the NVIDIA one', () => {
  const resolved = parse(configure('-f', 'deploy/compose.yaml')) as { services: object };
  expect(Object.keys(resolved.services).sort()).toEqual(['grafana', 'mediamtx', 'mosquitto', 'nightjar', 'prometheus']);
  const cuda = configure('-f', 'deploy/compose.yaml', '-f', 'deploy/compose.cuda.yaml');
  expect(cuda).toContain('deploy/Dockerfile.cuda');
  expect(cuda).toContain('driver: nvidia');
});

test('it does not start with passwords that nobody filled in', () => {
  const { status, stderr } = spawnSync(
    program,
    [...plugin, '--env-file', 'deploy/example.env', '-f', 'deploy/compose.yaml', 'config'],
    { encoding: 'utf8' },
  );
  expect(status).not.toBe(0);
  expect(stderr).toContain('set it in .env');
});

test.each(Object.entries(compose.services))(
  'the service %s is pinned, read-only, without rights, and looked after',
  (name, service) => {
    if (name !== 'nightjar') expect(service.image).toMatch(/:v?\d+\.\d+\.\d+/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    // Nightjar's is in its Dockerfile.
    if (name !== 'nightjar') expect(service.healthcheck?.test[0]).toBe('CMD');
    for (const port of service.ports ?? []) expect(port).toMatch(/^(127\.0\.0\.1|\$\{\w+:-127\.0\.0\.1\}):/);
  },
);

test('what it mounts from deploy/ is there, but for the secrets, which git ignores', () => {
  const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
  const sources = mounted.map((volume) => volume.split(':')[0] ?? '').filter((source) => source.startsWith('./'));
  expect(sources.length).toBeGreaterThan(5);
  for (const source of sources.filter((each) => !each.startsWith('./secrets/')))
    expect(existsSync(path.join('deploy', source))).toBe(true);
  expect(readFileSync('.gitignore', 'utf8')).toMatch(/^deploy\/\.env\ndeploy\/secrets\/$/m);
});

test('Grafana finds its data source and its boards where compose.yaml mounts them', () => {
  const read = (file: string): unknown => parse(readFileSync(`deploy/grafana/provisioning/${file}`, 'utf8'));
  const { providers } = read('dashboards/nightjar.yml') as { providers: { options: { path: string } }[] };
  const volumes = compose.services['grafana']?.volumes ?? [];
  expect(volumes).toContain(`./grafana/dashboards:${providers[0]?.options.path}:ro`);
  const { datasources } = read('datasources/prometheus.yml') as { datasources: { url: string; type: string }[] };
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }]);
  expect(compose.services['prometheus']?.ports?.[0]).toMatch(/:9090$/);
});
