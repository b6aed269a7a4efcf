import { execFileSync } from 'node:child_process';

import { fragment, initSegment, timescale } from '../../../src/dashboard/picture/fragmented-mp4.ts';
import { createFlvDemuxer, type FlvPicture } from '../../../src/video/flv.ts';

const flv = execFileSync(
  'ffmpeg',
  '-v error -f lavfi -i testsrc=size=96x64:rate=10:duration=1 -c:v libx264 -tune zerolatency -g 5 -pix_fmt yuv420p -f flv pipe:1'.split(' '),
); // prettier-ignore

/** The stream as the page makes it: pictures 100 ms long. */
const mp4 = (): Buffer => {
  const parts: Uint8Array[] = [];
  const pictures: FlvPicture[] = [];
  const feed = createFlvDemuxer({
    onConfig: (record) => parts.push(initSegment({ record, width: 96, height: 64 })),
    onPicture: (picture) => pictures.push(picture),
  });
  feed(flv);
  pictures.forEach(({ data, keyFrame }, index) =>
    parts.push(fragment(index + 1, { decodeTime: index * 100, duration: 100, keyFrame, data })),
  );
  return Buffer.concat(parts);
};

test('ffmpeg reads every picture of it, with its time and whether it is a key frame', () => {
  const fields = 'stream=codec_name,profile,width,height,time_base:packet=pts_time,duration_time,flags';
  const args = ['-v', 'error', '-f', 'mp4', '-show_entries', fields, '-of', 'json', '-i', 'pipe:0'];
  const { packets, streams } = JSON.parse(execFileSync('ffprobe', args, { input: mp4() }).toString()) as {
    packets: { pts_time: string; duration_time: string; flags: string }[];
    streams: object[];
  };
  expect(streams).toMatchObject([{ codec_name: 'h264', width: 96, height: 64, time_base: `1/${timescale}` }]);
  expect(packets).toHaveLength(10);
  expect(packets.map(({ pts_time }) => Number(pts_time))).toEqual(packets.map((_packet, index) => index / 10));
  expect(packets.every(({ duration_time }) => Number(duration_time) === 0.1)).toBe(true);
  expect(packets.flatMap(({ flags }, index) => (flags.startsWith('K') ? [index] : []))).toEqual([0, 5]);
});

test('decodes to the same pictures as the stream it was made from', () => {
  const decode = (format: string, input: Buffer): Buffer =>
    execFileSync('ffmpeg', ['-v', 'error', '-f', format, '-i', 'pipe:0', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'], { input }); // prettier-ignore
  const pictures = decode('mp4', mp4());
  expect(pictures).toHaveLength((10 * 96 * 64 * 3) / 2);
  expect(pictures.equals(decode('flv', flv))).toBe(true);
});

test('says nothing of its length, so that it counts as live', () => {
  const init = Buffer.from(initSegment({ record: Uint8Array.of(1), width: 96, height: 64 }));
  const duration = init.readUInt32BE(init.indexOf('mvhd') + 4 + 16);
  expect([duration, init.includes('mehd')]).toEqual([0, false]);
});
