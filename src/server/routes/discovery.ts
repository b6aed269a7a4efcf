import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { DeviceError, type DeviceFailure } from '../../core/errors.ts';
import { refusal, refuse } from './refuse.ts';

interface FoundDevice {
  readonly name: string;
  readonly hardware?: string;
  readonly address: string;
  readonly xaddr: string;
}

interface FoundStreams {
  readonly device: string;
  readonly streams: {
    readonly name: string;
    readonly url: string;
    readonly width?: number;
    readonly height?: number;
    readonly codec?: string;
  }[];
}

export interface DiscoveryDeps {
  readonly discovery: {
    /** The cameras that answer in the network; takes some seconds. */
    discover(): Promise<FoundDevice[]>;
    /** Undefined for a device that was not found of late. Rejects with DeviceError. */
    streams(xaddr: string, login: { username: string; password: string }): Promise<FoundStreams> | undefined;
  };
}

const device = z.object({
  name: z.string(),
  hardware: z.exactOptional(z.string()),
  address: z.string(),
  xaddr: z.string(),
});
const stream = z.object({
  name: z.string(),
  url: z.string().describe('without user and password'),
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
  codec: z.exactOptional(z.string()),
});
const question = z.strictObject({
  xaddr: z.string().max(2048),
  username: z.string().max(256),
  password: z.string().max(256),
});

/** Not 401: who asks is logged in here. */
const failureCode: Readonly<Record<DeviceFailure, string>> = {
  unauthorized: 'device-unauthorized',
  timeout: 'device-timeout',
  refused: 'device-refused',
  'not-onvif': 'not-onvif',
};

/** Cameras in the network, under /api/cameras/discover. */
export const discoveryRoutes =
  ({ discovery }: DiscoveryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras/discover',
      config: { role: 'admin' },
      schema: {
        summary: 'The ONVIF cameras that answer in the network within 3 s',
        response: { 200: z.object({ devices: z.array(device) }) },
      },
      handler: async () => ({ devices: await discovery.discover() }),
    });
    app.route({
      method: 'POST',
      url: '/api/cameras/discover/streams',
      config: { role: 'admin' },
      schema: {
        summary: 'The streams of a camera that was found in the last 10 minutes',
        body: question,
        response: { 200: z.object({ device: z.string(), streams: z.array(stream) }), 400: refusal, 502: refusal },
      },
      handler: async ({ body: { xaddr, ...login } }) => {
        const reading =
          discovery.streams(xaddr, login) ??
          refuse(400, 'unknown-device', 'Expected the xaddr of a device that was found in the last 10 minutes.');
        try {
          return await reading;
        } catch (error) {
          if (error instanceof DeviceError) return refuse(502, failureCode[error.code], error.message);
          throw error;
        }
      },
    });
  };
