import type { ParameterSets } from './avc.ts';
import { rtpClockHz } from './rtp.ts';

/** The description of one H.264 track: RFC 4566, with the parameters of RFC 6184 section 8.2.1. `fps` 0 is unknown. */
export const sdpOf = (
  { sps, pps }: ParameterSets,
  { fps, control }: { readonly fps: number; readonly control: string },
): string =>
  [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=nightjar',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'm=video 0 RTP/AVP 96',
    `a=rtpmap:96 H264/${rtpClockHz}`,
    `a=fmtp:96 packetization-mode=1;profile-level-id=${sps.toString('hex', 1, 4)};sprop-parameter-sets=${sps.toString('base64')},${pps.toString('base64')}`,
    ...(fps > 0 ? [`a=framerate:${fps}`] : []),
    `a=control:${control}`,
    '',
  ].join('\r\n');
