import { parsePictureFrame } from '../../../src/dashboard/picture/picture-frame.ts';
import { PictureEncoder } from '../../../src/server/pictures.ts';
import { prediction } from '../../server/synthetic-feed.ts';

test('the page reads binary messages as the server writes them, and passes over kinds it does not know', () => {
  const message = new PictureEncoder(80).encode('heatmap', 3, prediction('door', 70_000)) ?? Buffer.alloc(0);
  const bytes = Uint8Array.from(message);
  expect(parsePictureFrame(bytes.buffer)).toEqual({
    kind: 'heatmap',
    coding: 'whole',
    camera: 3,
    sequence: 70_000,
    capturedAt: 1_700_000_000_000.25,
    width: 3,
    height: 2,
    payload: Uint8Array.of(0, 64, 128, 192, 255, 0),
  });
  bytes[0] = 9;
  expect(parsePictureFrame(bytes.buffer)).toBeUndefined();
});
