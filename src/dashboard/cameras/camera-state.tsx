import type { CameraStatus } from '../wire.ts';
import { stateText } from './camera-text.ts';

/** A camera's state: a dot and the word. */
export const CameraState = ({ status }: { status: CameraStatus | undefined }) => (
  <span class={`state ${status?.state ?? 'connecting'}`}>{stateText[status?.state ?? 'connecting']}</span>
);
