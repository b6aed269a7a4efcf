import { DeviceError } from '../core/errors.ts';
import { askBySoap, at, escapeXml, textAt } from './soap.ts';
import type { Credentials } from './soap.ts';

/** A stream that a device offers. */
interface DeviceStream {
  /** Of the profile. */
  readonly name: string;
  /** rtsp, rtsps, http or https, at the device's address, without user and password. */
  readonly url: string;
  /** As the device says; absent when it does not. */
  readonly width?: number;
  readonly height?: number;
  /** ONVIF's name of it: JPEG, MPEG4, H264. */
  readonly codec?: string;
}

export interface DeviceStreams {
  /** Manufacturer and model, '' when it does not say. */
  readonly device: string;
  readonly streams: DeviceStream[];
}

const deviceService = 'xmlns="http://www.onvif.org/ver10/device/wsdl"';
const mediaService = 'xmlns="http://www.onvif.org/ver10/media/wsdl"';
const schema = 'http://www.onvif.org/ver10/schema';

/** For all questions together. */
const defaultTimeoutMs = 15_000;
const maxProfiles = 16;

/**
 * Asks an ONVIF device for its streams (Media service, version 1). Everything is asked at the host of `xaddr`, whatever
 * address the device names. Rejects with DeviceError.
 */
export const readStreams = async (
  xaddr: string,
  credentials: Credentials,
  timeoutMs = defaultTimeoutMs,
): Promise<DeviceStreams> => {
  const { hostname } = new URL(xaddr);
  const signal = AbortSignal.timeout(timeoutMs);
  const clockOffsetMs = await clockOffset(xaddr, signal);
  const ask = async (url: string, body: string): Promise<unknown> =>
    askBySoap({ url, body, credentials, clockOffsetMs, signal });

  const information = at(await ask(xaddr, `<GetDeviceInformation ${deviceService}/>`), 'GetDeviceInformationResponse');
  if (information === undefined)
    throw new DeviceError('not-onvif', 'Expected an ONVIF device; it says nothing of itself.');
  const device = ['Manufacturer', 'Model']
    .map((name) => textAt(information, name))
    .join(' ')
    .trim()
    .slice(0, 200);

  const capabilities = await ask(
    xaddr,
    `<GetCapabilities ${deviceService}><Category>Media</Category></GetCapabilities>`,
  );
  const media = atHost(textAt(capabilities, 'GetCapabilitiesResponse', 'Capabilities', 'Media', 'XAddr'), hostname, [
    'http:',
    'https:',
  ]);
  if (media === undefined)
    throw new DeviceError('not-onvif', 'Expected an ONVIF device with a media service; it names none.');

  const profiles = at(await ask(media, `<GetProfiles ${mediaService}/>`), 'GetProfilesResponse', 'Profiles');
  const streams: DeviceStream[] = [];
  for (const profile of Array.isArray(profiles) ? profiles.slice(0, maxProfiles) : []) {
    const token = textAt(profile, '@token');
    const body = `<GetStreamUri ${mediaService}><StreamSetup><Stream xmlns="${schema}">RTP-Unicast</Stream><Transport xmlns="${schema}"><Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>${escapeXml(token)}</ProfileToken></GetStreamUri>`;
    const answer = await ask(media, body);
    const url = atHost(textAt(answer, 'GetStreamUriResponse', 'MediaUri', 'Uri'), hostname, cameraProtocols);
    if (url !== undefined)
      streams.push({ name: textAt(profile, 'Name').slice(0, 100) || token, url, ...encodingOf(profile) });
  }
  return { device, streams };
};

const cameraProtocols = ['rtsp:', 'rtsps:', 'http:', 'https:'];

/**
 * An address that a device names, at the device's own host and without credentials: devices behind a NAT name one that
 * nobody reaches, and a hostile one could name somebody else's. Undefined when it is none.
 */
const atHost = (text: string, hostname: string, protocols: readonly string[]): string | undefined => {
  if (!URL.canParse(text)) return undefined;
  const { protocol, port, pathname, search } = new URL(text);
  if (!protocols.includes(protocol)) return undefined;
  return `${protocol}//${hostname}${port && `:${port}`}${pathname}${search}`;
};

const encodingOf = (profile: unknown): Pick<DeviceStream, 'width' | 'height' | 'codec'> => {
  const encoder = at(profile, 'VideoEncoderConfiguration');
  const codec = textAt(encoder, 'Encoding').slice(0, 20);
  const [width, height] = ['Width', 'Height'].map((side) => Number(textAt(encoder, 'Resolution', side)));
  return { ...(width && height && { width, height }), ...(codec && { codec }) };
};

/** How far the device's clock is ahead of ours; 0 when it does not say. Nobody need log in for that. */
const clockOffset = async (url: string, signal: AbortSignal): Promise<number> => {
  try {
    const answer = await askBySoap({ url, body: `<GetSystemDateAndTime ${deviceService}/>`, signal });
    const utc = at(answer, 'GetSystemDateAndTimeResponse', 'SystemDateAndTime', 'UTCDateTime');
    const [year, month, day] = ['Year', 'Month', 'Day'].map((name) => Number(textAt(utc, 'Date', name)));
    const [hour, minute, second] = ['Hour', 'Minute', 'Second'].map((name) => Number(textAt(utc, 'Time', name)));
    if (!year || !month || !day) return 0;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - Date.now();
    return Number.isFinite(offset) ? offset : 0;
  } catch (error) {
    // One that speaks of a wrong password here does so again below, with one that may be right.
    if (
      error instanceof DeviceError &&
      (error.code === 'unauthorized' || error.code === 'refused') &&
      !(error.cause instanceof Error)
    )
      return 0;
    throw error;
  }
};
