import type { DeviceStreams } from './onvif.ts';
import { readStreams } from './onvif.ts';
import type { Credentials } from './soap.ts';
import { searchDevices } from './ws-discovery.ts';
import type { Device } from './ws-discovery.ts';

interface DiscoveryDeps {
  readonly search?: () => Promise<Device[]>;
  readonly read?: (xaddr: string, credentials: Credentials) => Promise<DeviceStreams>;
  /** Milliseconds, of a clock that is never set back. */
  readonly now?: () => number;
}

/** A device that was found is known for so long. */
const knownMs = 10 * 60_000;
/** However many searches there are. */
const maxKnown = 1024;

/** Finds cameras in the network, and asks those it found, and nobody else, for their streams. */
export class Discovery {
  readonly #search: () => Promise<Device[]>;
  readonly #read: (xaddr: string, credentials: Credentials) => Promise<DeviceStreams>;
  readonly #now: () => number;
  /** When each address was found last. */
  readonly #known = new Map<string, number>();
  #searching: Promise<Device[]> | undefined;

  constructor({ search = searchDevices, read = readStreams, now = () => performance.now() }: DiscoveryDeps = {}) {
    this.#search = search;
    this.#read = read;
    this.#now = now;
  }

  /** Searches the network for some seconds; who asks meanwhile gets the same answer. */
  async discover(): Promise<Device[]> {
    this.#searching ??= this.#searchOnce().finally(() => (this.#searching = undefined));
    return this.#searching;
  }

  /** The streams of a device that was found in the last 10 minutes; undefined for any other. Rejects with DeviceError. */
  streams(xaddr: string, credentials: Credentials): Promise<DeviceStreams> | undefined {
    const foundAt = this.#known.get(xaddr);
    if (foundAt === undefined || this.#now() - foundAt > knownMs) return undefined;
    return this.#read(xaddr, credentials);
  }

  async #searchOnce(): Promise<Device[]> {
    const devices = await this.#search();
    for (const { xaddr } of devices) {
      this.#known.delete(xaddr);
      this.#known.set(xaddr, this.#now());
    }
    for (const oldest of [...this.#known.keys()].slice(0, -maxKnown)) this.#known.delete(oldest);
    return devices;
  }
}
