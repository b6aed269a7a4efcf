import { discoveryPayload, discoveryTopic } from '../../src/notify/home-assistant.ts';

const options = { base: 'house/nightjar', prefix: 'homeassistant', version: '1.2.3' };
interface Discovery {
  readonly device: Readonly<Record<string, unknown>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const of = (tasks: ('anomaly' | 'denoise')[], publicUrl?: string) =>
  discoveryPayload({ ...options, publicUrl }, { id: 'front-door', tasks }) as Discovery;

test('announces a camera where Home Assistant looks for a device', () => {
  expect(discoveryTopic(options, 'front-door')).toBe('homeassistant/device/house_nightjar_front-door/config');
});

test('every component has what device discovery requires: a platform, a unique id of its own and a topic', () => {
  const { components } = of(['anomaly', 'denoise']);
  expect(Object.values(components).map(({ platform }) => platform)).toEqual([
    'binary_sensor',
    'sensor',
    'binary_sensor',
    'image',
    'event',
  ]);
  const ids = Object.values(components).map((component) => component['unique_id']);
  expect(new Set(ids).size).toBe(5);
  for (const id of ids) expect(id).toMatch(/^house_nightjar_front-door_/);
  for (const component of Object.values(components))
    expect(component['state_topic'] ?? component['image_topic']).toMatch(/^house\/nightjar\/front-door\/\w+$/);
  expect(components['event']?.['event_types']).toEqual(['opened', 'closed']);
});

test('the whole message', () => {
  const { components, ...shared } = of([], 'https://cams.example/');
  expect(shared).toEqual({
    device: {
      identifiers: ['house_nightjar_front-door'],
      name: 'front-door',
      manufacturer: 'Nightjar',
      model: 'Camera',
      sw_version: '1.2.3',
      configuration_url: 'https://cams.example/#/cameras/front-door',
    },
    origin: { name: 'Nightjar', sw_version: '1.2.3' },
    availability: [{ topic: 'house/nightjar/status' }],
    qos: 1,
  });
  expect(components['alert']).toEqual({
    platform: 'binary_sensor',
    unique_id: 'house_nightjar_front-door_alert',
    name: 'Alert',
    device_class: 'problem',
    state_topic: 'house/nightjar/front-door/alert',
  });
});

test('a camera without anomalies has no score', () => {
  expect(Object.keys(of(['denoise']).components)).not.toContain('score');
});
