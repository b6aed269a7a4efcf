import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

import { createPacketizer, rtpClockHz } from '../video/rtp.ts';
import { sdpOf } from '../video/sdp.ts';
import type { AccessUnit } from './access-unit.ts';
import type { MediaStream } from './media-stream.ts';
import { createRequestReader, rtspResponse, type RtspRequest, type RtspStatus } from './rtsp-message.ts';

export interface ConnectionOptions {
  readonly streams: ReadonlyMap<string, MediaStream>;
  readonly fpsOf: (path: string) => number;
  /** A connection over which no byte moves is closed after this time. */
  readonly sessionTimeoutMs: number;
}

/** Bytes that may wait for a viewer; above, pictures are dropped for it. One who reads nothing runs into the time-out. */
const maxWaitingBytes = 1 << 20;
const track = 'trackID=0';
const methods = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN';

/** The path of an RTSP URL without slashes around it, the track and the query. */
const pathOf = (url: string): string =>
  (/^rtsps?:\/\/[^/]+\/([^?]*)/i.exec(url)?.[1] ?? '').replace(new RegExp(`/?(${track})?/?$`), '');

/** Answers one RTSP client until its connection closes. */
export const serveConnection = (socket: Socket, { streams, fpsOf, sessionTimeoutMs }: ConnectionOptions): void => {
  const session = randomBytes(6).toString('hex');
  const packetizer = createPacketizer();
  let channel = 0;
  let ready: MediaStream | undefined;
  /** Keeps the source open from DESCRIBE to PLAY. */
  let release = (): void => undefined;
  let leave: (() => void) | undefined;

  const send = ({ nals, presentMs }: AccessUnit): boolean => {
    if (socket.destroyed || socket.writableLength > maxWaitingBytes) return false;
    socket.cork();
    for (const packet of packetizer.packetize(nals, Math.round((presentMs * rtpClockHz) / 1000))) {
      const frame = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 255]);
      socket.write(frame);
      socket.write(packet);
    }
    socket.uncork();
    return true;
  };
  const stop = (): void => {
    leave?.();
    leave = undefined;
    release();
    release = () => undefined;
  };

  const respond = (request: RtspRequest): void => {
    const cseq = request.headers.get('cseq') ?? '0';
    const answer = (status: RtspStatus, headers: Readonly<Record<string, string>> = {}, body = ''): void => {
      if (!socket.destroyed) socket.write(rtspResponse(status, cseq, headers, body));
    };
    const path = pathOf(request.url);
    const stream = streams.get(path);
    switch (request.method) {
      case 'OPTIONS':
        return answer(200, { Public: methods });
      case 'DESCRIBE': {
        if (stream === undefined) return answer(404);
        release();
        const description = stream.describe();
        release = description.release;
        void description.parameterSets.then(
          (sets) =>
            answer(
              200,
              { 'Content-Base': `${request.url.replace(/\/$/, '')}/`, 'Content-Type': 'application/sdp' },
              sdpOf(sets, { fps: fpsOf(path), control: track }),
            ),
          () => answer(503),
        );
        return;
      }
      case 'SETUP': {
        if (stream === undefined) return answer(404);
        const transport = request.headers.get('transport') ?? '';
        if (!/RTP\/AVP\/TCP/i.test(transport)) return answer(461);
        channel = Number(/interleaved=(\d+)/i.exec(transport)?.[1] ?? 0) & 255;
        ready = stream;
        const ssrc = packetizer.ssrc.toString(16).padStart(8, '0').toUpperCase();
        return answer(200, {
          Transport: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1};ssrc=${ssrc}`,
          Session: `${session};timeout=${Math.ceil(sessionTimeoutMs / 1000)}`,
        });
      }
      case 'PLAY': {
        if (ready === undefined) return answer(455);
        if (request.headers.get('session')?.split(';')[0] !== session) return answer(454);
        answer(200, { Session: session, Range: 'npt=0-' });
        leave ??= ready.watch({ send, end: () => socket.destroy() });
        return;
      }
      case 'GET_PARAMETER':
        return answer(200, ready === undefined ? {} : { Session: session });
      case 'TEARDOWN':
        answer(200, { Session: session });
        stop();
        socket.end();
        return;
      default:
        return answer(501);
    }
  };

  socket.setNoDelay(true);
  socket.setTimeout(sessionTimeoutMs, () => socket.destroy());
  // An error is always followed by 'close'.
  socket.on('error', () => undefined);
  socket.once('close', stop);
  socket.on(
    'data',
    createRequestReader({
      onRequest: respond,
      onGarbage: () => socket.end(rtspResponse(400, '0')),
    }),
  );
};
