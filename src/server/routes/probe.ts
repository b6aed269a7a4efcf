import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { pageCameraUrl } from '../../config/camera-schema.ts';
import type { CameraFailure } from '../../core/errors.ts';
import { cameraFailure } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

/** A camera that was looked at: its first picture as a data URL, or why there is none. */
type ProbeAnswer =
  | {
      readonly ok: true;
      readonly codec: string;
      readonly width: number;
      readonly height: number;
      readonly picture: string;
    }
  | { readonly ok: false; readonly cause: CameraFailure; readonly message: string };

export interface ProbeDeps {
  /** Undefined while too many are being looked at. The message holds no password. */
  readonly probe: (source: {
    readonly url: string;
    readonly transport: 'tcp' | 'udp';
  }) => Promise<ProbeAnswer> | undefined;
}

const answer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    codec: z.string().describe("FFmpeg's name of it: h264, hevc, mjpeg"),
    width: z.number(),
    height: z.number(),
    picture: z.string().describe('data:image/jpeg;base64,...'),
  }),
  z.object({ ok: z.literal(false), cause: cameraFailure, message: z.string() }),
]);

/** POST /api/cameras/probe. */
export const probeRoutes =
  ({ probe }: ProbeDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/api/cameras/probe',
      config: { role: 'admin' },
      schema: {
        summary: 'What a camera sends, and a picture of it',
        body: z.strictObject({ url: pageCameraUrl, transport: z.enum(['tcp', 'udp']).default('tcp') }),
        response: { 200: answer, 400: refusal, 429: refusal },
      },
      handler: async ({ body }) =>
        probe(body) ?? refuse(429, 'too-busy', 'Other cameras are being looked at: try again in some seconds.'),
    });
  };
