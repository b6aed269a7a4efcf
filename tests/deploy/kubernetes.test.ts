import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parseAllDocuments } from 'yaml';

import { loadPipeline } from '../../src/config/load.ts';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Record<string, string>;
  readonly spec?: never;
}

const build = (name: string): Manifest[] =>
  parseAllDocuments(execFileSync('kubectl', ['kustomize', `deploy/kubernetes/${name}`], { encoding: 'utf8' })).map(
    (document) => document.toJS() as Manifest,
  );
const base = build('base');
const ofKind = (kind: string): Manifest => base.find((manifest) => manifest.kind === kind)!;

/** What the compiler says of manifests as values of Kubernetes' own types, unknown keys included. */
const typeCheck = (manifests: readonly Manifest[]): string => {
  const folder = mkdtempSync(path.resolve('node_modules/.nightjar-kubernetes-'));
  try {
    const lines = manifests.map(({ apiVersion, kind, ...rest }, index) => {
      const from = `kubernetes-models/${apiVersion}`;
      const value = JSON.stringify({ apiVersion, kind, ...rest });
      return `export const value${index}: import('${from}').I${kind} = ${value};`;
    });
    const file = path.join(folder, 'manifests.ts');
    writeFileSync(file, lines.join('\n'));
    const args = ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig'];
    return spawnSync(process.execPath, [...args, '--module', 'nodenext', file], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('kustomize builds the base: one StatefulSet with what it needs, in its namespace', () => {
  const kinds = base.map(({ kind }) => kind).sort();
  expect(kinds).toEqual(['ConfigMap', 'Namespace', 'NetworkPolicy', 'Service', 'ServiceAccount', 'StatefulSet']);
  for (const { kind, metadata } of base) if (kind !== 'Namespace') expect(metadata.namespace).toBe('nightjar');
});

test("every manifest has the shape of Kubernetes' own types, and no key that they do not know", () => {
  expect(typeCheck(base)).toBe('');
  const spoilt = JSON.parse(JSON.stringify(base).replace('"livenessProbe"', '"aliveProbe"')) as Manifest[];
  expect(typeCheck(spoilt)).toContain('aliveProbe');
});

interface Pod {
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}
interface Container {
  readonly name: string;
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string }[];
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly ports?: readonly { readonly name: string }[];
}
const set = ofKind('StatefulSet').spec as unknown as {
  replicas: number;
  selector: { matchLabels: object };
  template: { metadata: { labels: object }; spec: Pod };
  volumeClaimTemplates: { metadata: { name: string } }[];
};
const pod = set.template.spec;

test('one pod, whose labels the selectors find, and whose mounts are all there', () => {
  expect(set.replicas).toBe(1);
  const service = ofKind('Service').spec as unknown as { selector: object; ports: { targetPort: string }[] };
  for (const selector of [set.selector.matchLabels, service.selector])
    expect(set.template.metadata.labels).toEqual(selector);
  const [nightjar] = pod.containers;
  expect(nightjar?.ports?.map(({ name }) => name)).toEqual([service.ports[0]?.targetPort]);
  const volumes = [
    ...pod.volumes.map(({ name }) => name),
    ...set.volumeClaimTemplates.map(({ metadata }) => metadata.name),
  ];
  for (const { volumeMounts } of [...pod.containers, ...pod.initContainers])
    for (const { name } of volumeMounts) expect(volumes).toContain(name);
  expect(pod.volumes.find(({ name }) => name === 'pipeline')?.configMap?.name).toBe(ofKind('ConfigMap').metadata.name);
});

test('it is not root, cannot become it, writes only to its volumes, and is asked for its health', () => {
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  for (const { securityContext } of [...pod.containers, ...pod.initContainers])
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
    expect(pod.containers[0]?.[probe]?.httpGet).toEqual({ path: '/health', port: 'http' });
});

test('its pipeline file loads', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-kubernetes-'));
  try {
    const file = path.join(folder, 'pipeline.yaml');
    writeFileSync(file, ofKind('ConfigMap').data?.['pipeline.yaml'] ?? '');
    expect((await loadPipeline(file, {})).cameras).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// Its types are the Prometheus operator's: only what the rules and the Service need of it is checked.
test('the ServiceMonitor finds the Service, and gives its job the name that the rules ask for', () => {
  const [monitor] = build('monitoring');
  const { jobLabel, selector, endpoints } = monitor!.spec as unknown as {
    jobLabel: string;
    selector: { matchLabels: Record<string, string> };
    endpoints: { port: string }[];
  };
  const { labels } = ofKind('Service').metadata as unknown as { labels: Record<string, string> };
  expect(labels).toMatchObject(selector.matchLabels);
  expect(labels[jobLabel]).toBe('nightjar');
  const { ports } = ofKind('Service').spec as unknown as { ports: { name: string }[] };
  expect(ports.map(({ name }) => name)).toContain(endpoints[0]?.port);
});
