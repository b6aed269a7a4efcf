import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { Discovery } from '../../src/discover/discovery.ts';
import { readStreams } from '../../src/discover/onvif.ts';
import { readMatches, searchDevices } from '../../src/discover/ws-discovery.ts';
import { login, startDevice } from './fake-device.ts';

type FakeDevice = Awaited<ReturnType<typeof startDevice>>;
const devices: FakeDevice[] = [];
const start = async (...options: Parameters<typeof startDevice>): Promise<FakeDevice> => {
  const device = await startDevice(...options);
  devices.push(device);
  return device;
};
afterEach(() => {
  for (const device of devices.splice(0)) device.close();
});

test('finds a camera by multicast, and takes only a service at the address that answered', async () => {
  const { group, xaddr } = await start();
  expect(await searchDevices({ durationMs: 500, target: group })).toEqual([
    { name: 'Front door', hardware: 'Dome-4', address: '127.0.0.1', xaddr },
  ]);
});

test('finds nothing where nobody answers, and passes over an interface that is not there', async () => {
  const quiet = createSocket('udp4').bind(0, '127.0.0.1');
  await once(quiet, 'listening');
  const target = { address: '127.0.0.1', port: quiet.address().port };
  expect(await searchDevices({ durationMs: 50, interfaces: ['127.0.0.1', '192.0.2.1'], target })).toEqual([]);
  quiet.close();
});

const match = (xaddrs: string, scopes = 'onvif://www.onvif.org/name/Door'): string =>
  `<Envelope><Body><ProbeMatches><ProbeMatch><Scopes>${scopes}</Scopes><XAddrs>${xaddrs}</XAddrs></ProbeMatch></ProbeMatches></Body></Envelope>`;

test.each([
  ['a service at another address', match('http://10.0.0.8/onvif')],
  ['another scheme', match('file://10.0.0.7/etc/passwd ftp://10.0.0.7/')],
  ['credentials in the address', match('http://a:b@10.0.0.7/onvif')],
  ['a printer', match('http://10.0.0.7/wsd', 'ldap:///ou=printers')],
  ['entities of its own', `<!DOCTYPE a [<!ENTITY b "c">]>${match('http://10.0.0.7/onvif')}`],
  ['no XML', 'HTTP/1.1 200 OK'],
  ['XML that breaks off', match('http://10.0.0.7/onvif').slice(0, 90)],
])('finds no camera in an answer with %s', (_what, message) => {
  expect(readMatches(message, '10.0.0.7')).toEqual([]);
});

test('a camera without a name is called by its address, and a name is text without control characters', () => {
  const url = 'http://10.0.0.7/onvif';
  expect(readMatches(match(url, 'onvif://www.onvif.org/type/x'), '10.0.0.7')[0]?.name).toBe('10.0.0.7');
  expect(readMatches(match(url, 'onvif://www.onvif.org/name/A%1B%0AB'), '10.0.0.7')[0]?.name).toBe('A B');
  expect(readMatches(match(url, 'onvif://www.onvif.org/name/100%'), '10.0.0.7')[0]?.name).toBe('100%');
});

test('reads the streams by a device whose clock is an hour ahead, and keeps its credentials out of them', async () => {
  const { xaddr, asked } = await start({ clockOffsetMs: 3_600_000 });
  expect(await readStreams(xaddr, login)).toEqual({
    device: 'Acme Dome 4',
    streams: [
      {
        name: 'main stream',
        url: 'rtsp://127.0.0.1:554/live?channel=1&subtype=0',
        width: 1920,
        height: 1080,
        codec: 'H264',
      },
      {
        name: 'sub stream',
        url: 'rtsp://127.0.0.1:554/live?channel=1&subtype=0',
        width: 640,
        height: 360,
        codec: 'H264',
      },
    ],
  });
  // The password itself never crosses the network.
  expect(asked.join('')).not.toContain('cam&amp;pass');
  expect(asked.join('')).toContain('<ProfileToken>sub</ProfileToken>');
});

test('asks the device itself although it names another host', async () => {
  const { xaddr } = await start({ host: '198.51.100.1' });
  const { streams } = await readStreams(xaddr, login);
  expect(streams.map(({ url }) => new URL(url).hostname)).toEqual(['127.0.0.1', '127.0.0.1']);
});

const fault = (code: string, reason: string): string =>
  `<Envelope><Body><Fault><Code><Value>Receiver</Value><Subcode><Value>${code}</Value></Subcode></Code><Reason><Text>${reason}</Text></Reason></Fault></Body></Envelope>`;

test.each([
  ['unauthorized', { answer: { status: 401, body: '' } }],
  ['unauthorized', { answer: { status: 400, body: fault('wsse:FailedAuthentication', 'no') } }],
  ['refused', { answer: { status: 500, body: fault('ter:Action', 'the disk is full') } }],
  ['not-onvif', { answer: { status: 200, body: '<html>router</html>' } }],
  ['not-onvif', { answer: { status: 302, body: '' } }],
  ['not-onvif', { answer: { status: 200, body: 'x'.repeat(600_000) } }],
  ['not-onvif', { answer: { status: 200, body: '<Envelope><Body><Nothing/></Body></Envelope>' } }],
  ['timeout', { isSilent: true }],
] as const)('names the cause %s', async (code, options) => {
  const { xaddr } = await start(options);
  await expect(readStreams(xaddr, login, 500)).rejects.toMatchObject({ name: 'DeviceError', code });
});

test('a wrong password is said to be wrong, and is in no error', async () => {
  const { xaddr } = await start();
  const error = await readStreams(xaddr, { ...login, password: 'wr0ng-pass' }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'unauthorized' });
  expect(JSON.stringify([error, String((error as Error).stack)])).not.toContain('wr0ng-pass');
});

test('a device that is gone is said to refuse', async () => {
  const device = await startDevice();
  device.close();
  await expect(readStreams(device.xaddr, login)).rejects.toMatchObject({ code: 'refused' });
});

test('only a device that was found in the last 10 minutes is asked', async () => {
  let now = 0;
  const xaddr = 'http://10.0.0.7/onvif';
  const asked: string[] = [];
  const discovery = new Discovery({
    search: async () => [{ name: 'Door', address: '10.0.0.7', xaddr }],
    read: async (url) => (asked.push(url), { device: '', streams: [] }),
    now: () => now,
  });
  expect(discovery.streams(xaddr, login)).toBeUndefined();
  await discovery.discover();
  expect(discovery.streams('http://10.0.0.7/other', login)).toBeUndefined();
  now = 600_000;
  expect(await discovery.streams(xaddr, login)).toEqual({ device: '', streams: [] });
  now = 600_001;
  expect(discovery.streams(xaddr, login)).toBeUndefined();
  expect(asked).toEqual([xaddr]);
});

test('two who search at once share one search, and one that failed is no obstacle to the next', async () => {
  let searches = 0;
  const discovery = new Discovery({
    search: async () => {
      if (searches++ === 0) throw new Error('no network');
      return [];
    },
  });
  const both = [discovery.discover(), discovery.discover()];
  expect(await Promise.allSettled(both)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(await discovery.discover()).toEqual([]);
  expect(searches).toBe(2);
});
