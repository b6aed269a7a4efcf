import { readFileSync } from 'node:fs';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
}
const text = readFileSync('deploy/grafana/dashboards/nightjar.json', 'utf8');
const { uid, panels, templating } = JSON.parse(text) as {
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; type: string }[] };
};

test('the panels of the board have ids of their own, lie within its 24 columns and cover none other', () => {
  expect(uid).toBe('nightjar');
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { title, gridPos } of panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect([title, taken.has(`${x} ${y}`)]).toEqual([title, false]);
        taken.add(`${x} ${y}`);
      }
  }
});

test('its panels ask the data source that the user chooses, and only variables that it has', () => {
  const known = new Set([...templating.list.map(({ name }) => name), '__rate_interval', '__all']);
  const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
  for (const { type, datasource, targets = [] } of panels) {
    if (type === 'row') continue;
    expect(targets.length).toBeGreaterThan(0);
    expect([datasource, ...targets.map((target) => target.datasource)].map((each) => each?.uid)).toEqual(
      Array.from({ length: targets.length + 1 }, () => '${datasource}'),
    );
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  }
});
