import type { Alert, Severity } from '../core/status.ts';

/** From so high a peak on (1 is the threshold) an anomaly is of this severity. */
const peaks = { high: 3, medium: 1.5 };

/**
 * How much an alert matters. An anomaly: by its peak, below 1.5 times the threshold it is low, from 3 times on high. A
 * camera that gives no picture or is covered sees nothing: high. One that was moved still sees something: medium. A
 * scene that changed, by its light, is low.
 */
export const severityOf = ({ kind, peakScore }: Pick<Alert, 'kind' | 'peakScore'>): Severity => {
  switch (kind) {
    case 'anomaly':
      if (peakScore >= peaks.high) return 'high';
      return peakScore >= peaks.medium ? 'medium' : 'low';
    case 'camera-down':
    case 'camera-covered':
      return 'high';
    case 'camera-moved':
      return 'medium';
    case 'scene-change':
      return 'low';
  }
};
