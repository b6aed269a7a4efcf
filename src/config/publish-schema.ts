import * as z from 'zod';

export const publishKinds = ['denoised', 'raw', 'colorized'] as const;

const expected = 'rtsp://HOST/PATH or rtsps://HOST/PATH, or a group with such a url and a kind';
const url = z
  .string(expected)
  .regex(/^rtsps?:\/\/[^\s/?#]+\/[^\s/]\P{Cc}*$/u, expected)
  .refine((text) => URL.canParse(text), expected);

/** A URL alone, or a group. */
const publish = z.union(
  [
    url,
    z.strictObject(
      {
        url: url.describe('Where the feed goes.'),
        kind: z
          .enum(publishKinds, `one of ${publishKinds.join(', ')}`)
          .default('denoised')
          .describe('What it shows.'),
      },
      'a group of keys',
    ),
  ],
  expected,
);

/** The key of a camera. */
export const publishKey = z
  .exactOptional(publish)
  .describe(
    'An RTSP server (go2rtc, MediaMTX) that gets a live feed of the camera as H.264: its URL, or a group with url and kind (denoised, raw, colorized).',
  );
