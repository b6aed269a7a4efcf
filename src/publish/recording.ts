import { PublishError } from '../core/errors.ts';
import { parameterSetsOf } from '../video/avc.ts';
import type { VideoConfig } from '../video/encode-video.ts';
import { sdpOf } from '../video/sdp.ts';
import type { RtspClient } from './rtsp-client.ts';

/** A stream that a server has agreed to take. */
export interface Recording {
  /** The server wants a sign of life this often. */
  readonly sessionSeconds: number;
  /** Gives it. Rejects with PublishError. */
  signOfLife(): Promise<unknown>;
  /** Takes leave, without waiting for an answer. */
  end(): void;
}

const track = 'trackID=0';
/** RFC 2326 section 12.37. */
const defaultSessionSeconds = 60;

/** Announces one H.264 track and has the server record it, on the connection's channel 0. Rejects with PublishError. */
export const startRecording = async (
  client: RtspClient,
  uri: string,
  { config: { record }, fps }: { readonly config: VideoConfig; readonly fps: number },
): Promise<Recording> => {
  const type = { 'Content-Type': 'application/sdp' };
  await client.request('ANNOUNCE', uri, type, sdpOf(parameterSetsOf(record), { fps, control: track }));
  const setup = await client.request('SETUP', `${uri}/${track}`, {
    Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1;mode=record',
  });
  const [, session, seconds] = /^([^;\s]+)(?:;\s*timeout=(\d+))?/.exec(setup.headers.get('session') ?? '') ?? [];
  if (session === undefined) throw new PublishError('refused', 'server opened no session');
  if (!/interleaved=0-/.test(setup.headers.get('transport') ?? 'interleaved=0-'))
    throw new PublishError('refused', 'server takes no stream on the same connection');
  await client.request('RECORD', uri, { Session: session, Range: 'npt=0.000-' });
  return {
    sessionSeconds: Number(seconds ?? defaultSessionSeconds) || defaultSessionSeconds,
    signOfLife: async () => client.request('OPTIONS', uri, { Session: session }),
    end: () => void client.request('TEARDOWN', uri, { Session: session }).catch(() => undefined),
  };
};
