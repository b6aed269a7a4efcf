import type { CameraStatus } from '../core/status.ts';

/** The topics of one camera, below the base topic of its Nightjar. */
export interface CameraTopics {
  readonly connectivity: string;
  readonly score: string;
  readonly alert: string;
  readonly snapshot: string;
  readonly event: string;
}

export const availabilityTopic = (base: string): string => `${base}/status`;

export const cameraTopics = (base: string, camera: string): CameraTopics => ({
  connectivity: `${base}/${camera}/connectivity`,
  score: `${base}/${camera}/score`,
  alert: `${base}/${camera}/alert`,
  snapshot: `${base}/${camera}/snapshot`,
  event: `${base}/${camera}/event`,
});

export interface DiscoveryOptions {
  /** The base topic; it tells this Nightjar's cameras from those of another. */
  readonly base: string;
  /** Home Assistant's prefix. */
  readonly prefix: string;
  readonly publicUrl?: string | undefined;
  /** Of Nightjar. */
  readonly version: string;
}

/** Letters, digits, _ and - are all that a discovery topic may hold. */
const idOf = (base: string, camera: string): string => `${base.replace(/[^A-Za-z0-9-]/g, '_')}_${camera}`;

/** Where a camera is announced: <prefix>/device/<object_id>/config. */
export const discoveryTopic = ({ base, prefix }: DiscoveryOptions, camera: string): string =>
  `${prefix}/device/${idOf(base, camera)}/config`;

/**
 * What announces a camera to Home Assistant: one device with all its entities (device discovery, Home Assistant 2024.11).
 * Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
 */
export const discoveryPayload = (
  { base, publicUrl, version }: DiscoveryOptions,
  { id, tasks }: Pick<CameraStatus, 'id' | 'tasks'>,
): object => {
  const device = idOf(base, id);
  const topics = cameraTopics(base, id);
  const availability = { topic: availabilityTopic(base) };
  return {
    device: {
      identifiers: [device],
      name: id,
      manufacturer: 'Nightjar',
      model: 'Camera',
      sw_version: version,
      ...(publicUrl !== undefined && { configuration_url: `${publicUrl.replace(/\/+$/, '')}/#/cameras/${id}` }),
    },
    origin: { name: 'Nightjar', sw_version: version },
    availability: [availability],
    qos: 1,
    components: {
      connectivity: {
        platform: 'binary_sensor',
        unique_id: `${device}_connectivity`,
        name: 'Connection',
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        state_topic: topics.connectivity,
      },
      ...(tasks.includes('anomaly') && {
        score: {
          platform: 'sensor',
          unique_id: `${device}_score`,
          name: 'Anomaly score',
          icon: 'mdi:chart-bell-curve',
          state_class: 'measurement',
          suggested_display_precision: 2,
          state_topic: topics.score,
          // A score is worth nothing while the camera is away.
          availability: [
            availability,
            { topic: topics.connectivity, payload_available: 'ON', payload_not_available: 'OFF' },
          ],
          availability_mode: 'all',
        },
      }),
      alert: {
        platform: 'binary_sensor',
        unique_id: `${device}_alert`,
        name: 'Alert',
        device_class: 'problem',
        state_topic: topics.alert,
      },
      snapshot: {
        platform: 'image',
        unique_id: `${device}_snapshot`,
        name: 'Last alert',
        content_type: 'image/jpeg',
        image_topic: topics.snapshot,
      },
      event: {
        platform: 'event',
        unique_id: `${device}_event`,
        name: 'Alerts',
        icon: 'mdi:bell-alert',
        event_types: ['opened', 'closed'],
        state_topic: topics.event,
      },
    },
  };
};
