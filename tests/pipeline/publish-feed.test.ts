import { Subject } from 'rxjs';

import { Demand } from '../../src/core/demand.ts';
import type { LivePicture, Prediction } from '../../src/core/prediction.ts';
import { feedOf } from '../../src/pipeline/publish-feed.ts';
import { livePicture, prediction } from '../server/synthetic-feed.ts';

const setUp = () => {
  const [pictures$, predictions$, demand] = [new Subject<LivePicture>(), new Subject<Prediction>(), new Demand()];
  return { pictures$, predictions$, demand, sources: { pictures$, predictions$, demand } };
};

test('a denoised feed is wanted while it is published, and falls back to the raw picture', () => {
  const { pictures$, demand, sources } = setUp();
  const seen: number[] = [];
  const subscription = feedOf('door', 'denoised', sources).subscribe(({ data }) => seen.push(data[0]!));
  expect([demand.wants('door', 'denoised'), demand.wants('door', 'raw')]).toEqual([true, true]);
  const { frame } = livePicture('door', 1);
  frame.data.fill(7);
  pictures$.next({ frame, denoised: frame.data.map(() => 9) });
  pictures$.next({ frame });
  pictures$.next(livePicture('another', 1));
  expect(seen).toEqual([9, 7]);
  subscription.unsubscribe();
  expect([demand.wants('door', 'denoised'), demand.wants('door', 'raw')]).toEqual([false, false]);
});

test('a raw feed never makes the denoiser run', () => {
  const { pictures$, demand, sources } = setUp();
  const seen: number[] = [];
  feedOf('door', 'raw', sources).subscribe(({ data }) => seen.push(data[0]!));
  const { frame } = livePicture('door', 1);
  frame.data.fill(7);
  pictures$.next({ frame, denoised: frame.data.map(() => 9) });
  expect(seen).toEqual([7]);
  expect(demand.wants('door', 'denoised')).toBe(false);
});

test('a coloured feed shows what was coloured, and nothing else', () => {
  const { predictions$, sources } = setUp();
  const seen: string[] = [];
  feedOf('door', 'colorized', sources).subscribe(({ format, data }) => seen.push(`${format} ${data.length}`));
  const said = prediction('door', 1);
  const colorized = new Uint8Array(said.frame.width * said.frame.height * 3);
  predictions$.next({ ...said, colorized });
  const { colorized: _, ...gray } = said;
  predictions$.next(gray);
  expect(seen).toEqual([`rgb24 ${colorized.length}`]);
});
