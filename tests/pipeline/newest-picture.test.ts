import { Subject } from 'rxjs';

import { Demand } from '../../src/core/demand.ts';
import type { LivePicture } from '../../src/core/prediction.ts';
import { NewestPicture } from '../../src/pipeline/newest-picture.ts';
import { livePicture } from '../server/synthetic-feed.ts';

const setUp = (timeoutMs = 5000) => {
  const pictures$ = new Subject<LivePicture>();
  const demand = new Demand();
  return { pictures$, demand, newest: new NewestPicture({ pictures$, demand, jpegQuality: 80, timeoutMs }) };
};

test('wants raw pictures of the camera until one came, and gives that to all who wait', async () => {
  const { pictures$, demand, newest } = setUp();
  const both = [newest.take('door'), newest.take('door')];
  expect([demand.wants('door', 'raw'), demand.wants('yard', 'raw')]).toEqual([true, false]);
  pictures$.next(livePicture('yard', 1));
  const picture = livePicture('door', 1);
  pictures$.next(picture);
  picture.frame.data.fill(0); // Its pixels are gone after the call.
  const [first, second] = await Promise.all(both);
  expect(first).toBe(second);
  expect(first?.subarray(0, 2).toString('hex')).toBe('ffd8');
  expect(demand.wants('door', 'raw')).toBe(false);
  expect(pictures$.observed).toBe(false);
});

test('gives nothing when nothing comes, or no more, and can be asked again', async () => {
  const { pictures$, demand, newest } = setUp(20);
  expect(await newest.take('door')).toBeUndefined();
  expect(demand.wants('door', 'raw')).toBe(false);
  const waiting = newest.take('door');
  pictures$.complete();
  expect(await waiting).toBeUndefined();
});
