import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

import { XMLParser } from 'fast-xml-parser';

import { DeviceError } from '../core/errors.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** No answer of a device that is well is longer. */
const maxAnswerBytes = 512 * 1024;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === 'ProbeMatch' || name === 'Profiles',
});

/** An XML document as objects, without namespace prefixes; attributes begin with @. Throws what is wrong with it. */
export const readXml = (text: string): unknown => {
  // SOAP forbids it, and entities of one's own are only good for attacks.
  if (/<!DOCTYPE/i.test(text)) throw new Error('expected XML without a DOCTYPE');
  return parser.parse(text, true);
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter);

const security = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/** WS-Security UsernameToken Profile 1.0: Base64(SHA-1(nonce + created + password)). */
export const passwordDigest = (nonce: Uint8Array, created: string, password: string): string =>
  createHash('sha1').update(nonce).update(created).update(password).digest('base64');

/** The header that says who asks, at `now` by the device's clock: most refuse a token that is some seconds old. */
const securityHeader = ({ username, password }: Credentials, now: Date): string => {
  const nonce = randomBytes(16);
  const created = now.toISOString();
  return (
    `<s:Header><Security s:mustUnderstand="1" xmlns="${security}-wssecurity-secext-1.0.xsd"><UsernameToken>` +
    `<Username>${escapeXml(username)}</Username>` +
    `<Password Type="${security}-username-token-profile-1.0#PasswordDigest">${passwordDigest(nonce, created, password)}</Password>` +
    `<Nonce EncodingType="${security}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</Nonce>` +
    `<Created xmlns="${security}-wssecurity-utility-1.0.xsd">${created}</Created>` +
    '</UsernameToken></Security></s:Header>'
  );
};

export interface SoapRequest {
  /** An http or https address. */
  readonly url: string;
  /** What stands in the envelope's Body. */
  readonly body: string;
  readonly credentials?: Credentials | undefined;
  /** How far the device's clock is ahead of ours. */
  readonly clockOffsetMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Asks a device by SOAP 1.2 and gives the Body of its answer, as `readXml` does. Follows no redirects. Rejects with
 * DeviceError.
 */
export const askBySoap = async ({
  url,
  body,
  credentials,
  clockOffsetMs = 0,
  signal,
}: SoapRequest): Promise<unknown> => {
  const header = credentials ? securityHeader(credentials, new Date(Date.now() + clockOffsetMs)) : '';
  const envelope = `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${header}<s:Body>${body}</s:Body></s:Envelope>`;
  const { status, text } = await post(url, envelope, signal);
  const answer = envelopeIn(text);
  const fault = faultIn(answer);
  if (status === 401 || status === 403 || (fault && /NotAuthorized|FailedAuthentication|FailedCheck/.test(fault.code)))
    throw new DeviceError('unauthorized', 'The device refuses this user name and password.');
  if (fault) throw new DeviceError('refused', `The device answered with a fault: ${fault.reason}`);
  if (!answer || status !== 200)
    throw new DeviceError('not-onvif', `Expected an ONVIF device, which answers by SOAP; it answered ${status}.`);
  return answer;
};

const post = async (url: string, envelope: string, signal: AbortSignal): Promise<{ status: number; text: string }> => {
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const headers = {
        'content-type': 'application/soap+xml; charset=utf-8',
        'content-length': Buffer.byteLength(envelope),
      };
      const options = { method: 'POST', headers, signal, agent: false } as const;
      const request = url.startsWith('https:')
        ? // Cameras sign their certificates themselves; the password itself is never sent.
          https.request(url, { ...options, rejectUnauthorized: false }, resolve)
        : http.request(url, options, resolve);
      request.on('error', reject);
      request.end(envelope);
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes)
        throw new DeviceError('not-onvif', `Expected an answer of at most ${maxAnswerBytes} bytes; it is longer.`);
      chunks.push(chunk);
    }
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
  } catch (error) {
    if (error instanceof DeviceError) throw error;
    if (signal.aborted) throw new DeviceError('timeout', 'The device does not answer.', { cause: error });
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ETIMEDOUT' || code.endsWith('UNREACH'))
      throw new DeviceError('timeout', `The device does not answer (${code}).`, { cause: error });
    if (code.startsWith('HPE_'))
      throw new DeviceError('not-onvif', 'Expected an ONVIF device, which speaks HTTP.', { cause: error });
    throw new DeviceError('refused', `The device refuses the connection${code && ` (${code})`}.`, { cause: error });
  }
};

/** A part of a parsed document; undefined when it is not there. */
export const at = (node: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined,
    node,
  );

/** The text of a part, shortened, without control characters; '' when it has none. */
export const textAt = (node: unknown, ...path: string[]): string => {
  const found = at(node, ...path);
  const text = typeof found === 'object' ? at(found, '#text') : found;
  return typeof text === 'string'
    ? text
        .replaceAll(/\p{Cc}+/gu, ' ')
        .trim()
        .slice(0, 2048)
    : '';
};

const envelopeIn = (text: string): unknown => {
  try {
    return at(readXml(text), 'Envelope', 'Body');
  } catch {
    return undefined;
  }
};

const faultIn = (body: unknown): { readonly code: string; readonly reason: string } | undefined => {
  const fault = at(body, 'Fault');
  if (fault === undefined) return undefined;
  const codes = [
    textAt(fault, 'Code', 'Value'),
    textAt(fault, 'Code', 'Subcode', 'Value'),
    textAt(fault, 'Code', 'Subcode', 'Subcode', 'Value'),
    textAt(fault, 'faultcode'),
  ];
  const code = codes.filter(Boolean).join(' ');
  return { code, reason: (textAt(fault, 'Reason', 'Text') || textAt(fault, 'faultstring') || code).slice(0, 200) };
};
