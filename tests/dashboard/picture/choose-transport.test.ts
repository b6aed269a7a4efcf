import { chooseTransport, type TransportChoice } from '../../../src/dashboard/picture/choose-transport.ts';

const all = { isOffered: true, hasWebCodecs: true, hasMse: true, isSlow: false };

test.each<[TransportChoice, Partial<typeof all>, string]>([
  ['auto', {}, 'jpeg'],
  ['auto', { isSlow: true }, 'webcodecs'],
  ['auto', { isSlow: true, hasWebCodecs: false }, 'mse'],
  ['auto', { isSlow: true, isOffered: false }, 'jpeg'],
  ['jpeg', { isSlow: true }, 'jpeg'],
  ['h264', {}, 'webcodecs'],
  ['h264', { hasWebCodecs: false }, 'mse'],
  ['h264', { hasWebCodecs: false, hasMse: false }, 'jpeg'],
  ['h264', { isOffered: false }, 'jpeg'],
])('%s with %j comes as %s', (choice, means, transport) => {
  expect(chooseTransport(choice, { ...all, ...means })).toBe(transport);
});
