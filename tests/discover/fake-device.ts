import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { passwordDigest } from '../../src/discover/soap.ts';

const escape = (text: string): string => text.replaceAll('&', '&amp;');

interface DeviceOptions {
  /** How far its clock is ahead. */
  readonly clockOffsetMs?: number;
  /** The host it names in its own addresses. */
  readonly host?: string;
  /** What it answers to every SOAP request, instead of what a camera answers. */
  readonly answer?: { readonly status: number; readonly body: string };
  /** Whether it leaves every request unanswered. */
  readonly isSilent?: boolean;
}

export const login = { username: 'admin', password: 'cam&pass<1>' };

const envelope = (body: string): string =>
  `<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const notAuthorized = envelope(
  '<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>ter:NotAuthorized</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">Sender not Authorized</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>',
);

/** An ONVIF camera as the specifications have it: it answers WS-Discovery's multicast at `group`, and SOAP with a UsernameToken. */
export const startDevice = async ({ clockOffsetMs = 0, host = '127.0.0.1', answer, isSilent }: DeviceOptions = {}) => {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push(text);
      if (isSilent) return;
      const send = (status: number, body: string): void =>
        void response.writeHead(status, { 'content-type': 'application/soap+xml' }).end(body);
      if (answer) return send(answer.status, answer.body);
      if (text.includes('GetSystemDateAndTime')) return send(200, envelope(time()));
      if (!isAuthorized(text)) return send(400, notAuthorized);
      const [, found] = Object.entries(answers()).find(([name]) => text.includes(`<${name} `)) ?? [];
      send(200, envelope(found ?? ''));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const now = (): Date => new Date(Date.now() + clockOffsetMs);

  const time = (): string => {
    const [, year, month, day, hour, minute, second] = /(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(now().toISOString())!;
    const date = `<tt:Date><tt:Year>${year}</tt:Year><tt:Month>${month}</tt:Month><tt:Day>${day}</tt:Day></tt:Date>`;
    return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>${hour}</tt:Hour><tt:Minute>${minute}</tt:Minute><tt:Second>${second}</tt:Second></tt:Time>${date}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
  };
  /** As a device checks a token: the digest of its own password, made within 5 s of its own clock. */
  const isAuthorized = (text: string): boolean => {
    const part = (name: string): string => new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
    const digest = passwordDigest(Buffer.from(part('Nonce'), 'base64'), part('Created'), login.password);
    const isFresh = Math.abs(Date.parse(part('Created')) - now().getTime()) < 5000;
    return part('Username') === login.username && part('Password') === digest && isFresh;
  };
  const profile = (token: string, width: number, height: number): string =>
    `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token} stream</tt:Name><tt:VideoEncoderConfiguration token="v"><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>`;
  const answers = (): Record<string, string> => ({
    GetDeviceInformation:
      '<tds:GetDeviceInformationResponse><tds:Manufacturer>Acme</tds:Manufacturer><tds:Model>Dome 4</tds:Model></tds:GetDeviceInformationResponse>',
    GetCapabilities: `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>http://${host}:${port}/onvif/media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`,
    GetProfiles: `<trt:GetProfilesResponse>${profile('main', 1920, 1080)}${profile('sub', 640, 360)}</trt:GetProfilesResponse>`,
    GetStreamUri: `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${escape(`rtsp://admin:leaked@${host}:554/live?channel=1&subtype=0`)}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`,
  });

  const udp = createSocket({ type: 'udp4', reuseAddr: true });
  const xaddr = `http://127.0.0.1:${port}/onvif/device_service`;
  udp.on('message', (question, from) => {
    const [, id] = /<\w+:MessageID>([^<]+)</.exec(question.toString()) ?? [];
    if (!question.includes('NetworkVideoTransmitter')) return;
    const reply = `<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header><a:RelatesTo>${id}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch><d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Front%20door onvif://www.onvif.org/hardware/Dome-4</d:Scopes><d:XAddrs>http://192.168.77.7/onvif/device_service ${xaddr}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`;
    udp.send(reply, from.port, from.address);
  });
  udp.bind(0, () => udp.addMembership('239.255.255.250', '127.0.0.1'));
  await once(udp, 'listening');
  return {
    xaddr,
    asked,
    group: { address: '239.255.255.250', port: udp.address().port },
    close: (): void => {
      udp.close();
      server.closeAllConnections();
      server.close();
    },
  };
};
