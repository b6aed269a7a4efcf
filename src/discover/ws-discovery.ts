import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import os from 'node:os';

import { at, readXml, textAt } from './soap.ts';

/** A camera that answered in the network. */
export interface Device {
  /** As the device calls itself; its address when it does not. */
  readonly name: string;
  readonly hardware?: string;
  readonly address: string;
  /** Its ONVIF device service: http or https, at `address`. */
  readonly xaddr: string;
}

export interface SearchOptions {
  /** How long to wait for answers. */
  readonly durationMs?: number;
  /** IPv4 addresses of this machine to ask from; all by default. */
  readonly interfaces?: readonly string[];
  /** Whom to ask: by default everybody in the local network. */
  readonly target?: { readonly address: string; readonly port: number };
}

/** https://docs.oasis-open.org/ws-dd/discovery/1.1/os/wsdd-discovery-1.1-spec-os.html */
const everybody = { address: '239.255.255.250', port: 3702 };
const defaultDurationMs = 3000;
/** UDP loses: the question is asked again after so long. */
const repeatMs = 500;
const maxReplyBytes = 16 * 1024;
/** Whoever floods us is not read for ever. */
const maxReplies = 2000;
const maxDevices = 256;

const probe = (): string =>
  '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
  `<e:Header><w:MessageID>uuid:${randomUUID()}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>` +
  '<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>';

const ownAddresses = (): string[] =>
  Object.values(os.networkInterfaces())
    .flat()
    .flatMap((entry) => (entry?.family === 'IPv4' ? [entry.address] : []));

/**
 * Asks the local network for ONVIF cameras. Resolves with those that answered in time, by address; an interface that
 * cannot send is passed over.
 */
export const searchDevices = async ({
  durationMs = defaultDurationMs,
  interfaces = ownAddresses(),
  target = everybody,
}: SearchOptions = {}): Promise<Device[]> => {
  const found = new Map<string, Device>();
  let replies = 0;
  const question = probe();
  const sockets = interfaces.map((from) => {
    const socket = createSocket('udp4');
    const ask = (): void => socket.send(question, target.port, target.address, () => undefined);
    socket.on('error', () => undefined);
    socket.on('message', (reply, { address }) => {
      if (replies++ >= maxReplies || reply.length > maxReplyBytes) return;
      for (const device of readMatches(reply.toString(), address))
        if (found.size < maxDevices) found.set(device.xaddr, device);
    });
    socket.bind(0, from, () => {
      try {
        socket.setMulticastInterface(from);
        ask();
      } catch {
        // An interface without multicast.
      }
    });
    return { socket, ask };
  });
  const repeating = setTimeout(
    () => {
      for (const { ask } of sockets) ask();
    },
    Math.min(repeatMs, durationMs / 2),
  );
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  clearTimeout(repeating);
  for (const { socket } of sockets) socket.close();
  return [...found.values()].sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true }));
};

/**
 * The ONVIF cameras of a ProbeMatches message that came from `address`, none when it is something else. A service at
 * another address counts for nothing: whoever answers speaks for itself only.
 */
export const readMatches = (message: string, address: string): Device[] => {
  let document: unknown;
  try {
    document = readXml(message);
  } catch {
    return [];
  }
  const matches = at(document, 'Envelope', 'Body', 'ProbeMatches', 'ProbeMatch');
  return (Array.isArray(matches) ? matches : []).flatMap((match: unknown) => {
    const scopes = textAt(match, 'Scopes').split(/\s+/);
    const isCamera =
      textAt(match, 'Types').includes('NetworkVideoTransmitter') ||
      scopes.some((scope) => scope.startsWith(scopeOf('')));
    const xaddr = textAt(match, 'XAddrs')
      .split(/\s+/)
      .find((url) => isServiceAt(url, address));
    if (!isCamera || xaddr === undefined) return [];
    const hardware = scopeText(scopes, 'hardware');
    return [{ name: scopeText(scopes, 'name') || address, ...(hardware && { hardware }), address, xaddr }];
  });
};

const isServiceAt = (url: string, address: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  return (protocol === 'http:' || protocol === 'https:') && hostname === address && username + password === '';
};

const scopeOf = (name: string): string => `onvif://www.onvif.org/${name}`;

/** What the scopes say of something, such as `onvif://www.onvif.org/name/Front%20door`; '' when they do not. */
const scopeText = (scopes: readonly string[], name: string): string => {
  const prefix = scopeOf(`${name}/`);
  const text = scopes.find((scope) => scope.startsWith(prefix))?.slice(prefix.length) ?? '';
  try {
    return decodeURIComponent(text)
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 100);
  } catch {
    return text.slice(0, 100);
  }
};
