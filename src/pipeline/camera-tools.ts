import { Discovery } from '../discover/discovery.ts';
import type { DiscoveryDeps } from '../server/routes/discovery.ts';

/** What the page does with cameras beside watching them. */
export const cameraTools = (): DiscoveryDeps => ({ discovery: new Discovery() });
