import { RetainedTopics } from '../../src/notify/retained-topics.ts';

const setUp = (held: string[] = []) => {
  const memory = new Set(held);
  const problems: string[] = [];
  const topics = new RetainedTopics(
    { list: () => [...memory], add: (topic) => void memory.add(topic), remove: (topic) => void memory.delete(topic) },
    (message) => problems.push(message),
  );
  const sent: string[] = [];
  const link = (fails = false) => ({
    publish: async (topic: string, payload: string | Uint8Array, { retain }: { retain: boolean }): Promise<void> => {
      sent.push(`${topic}=${String(payload)}${retain ? '' : ' not retained'}`);
      if (fails) throw new Error('not authorized');
    },
  });
  const take = (): string[] => sent.splice(0);
  return { topics, memory, problems, link, take };
};
const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('publishes what changes, once, and everything to a new connection', async () => {
  const { topics, memory, link, take } = setUp();
  topics.set('a', '1');
  topics.set('a', '2');
  topics.set('b', 'x');
  expect(take()).toEqual([]);
  topics.attach(link());
  expect(take()).toEqual(['a=2', 'b=x']);
  topics.set('a', '2');
  topics.set('b', 'y');
  expect(take()).toEqual(['b=y']);
  topics.attach(undefined);
  topics.set('b', 'z');
  expect(take()).toEqual([]);
  topics.attach(link());
  expect(take()).toEqual(['a=2', 'b=z']);
  await settled();
  expect([...memory]).toEqual(['a', 'b']);
});

test('clears what nobody wants any more, also without a connection, and what an earlier run left', async () => {
  const { topics, memory, link, take } = setUp(['old', 'kept']);
  topics.keep('kept');
  topics.set('a', '1');
  topics.attach(link());
  expect(take()).toEqual(['old=', 'a=1']);
  await settled();
  expect([...memory]).toEqual(['kept', 'a']);
  topics.attach(undefined);
  topics.clear('a');
  topics.attach(link());
  expect(take()).toEqual(['a=']);
  await settled();
  topics.clear('kept');
  topics.clear('never');
  expect(take()).toEqual(['kept=']);
  await settled();
  expect([...memory]).toEqual([]);
});

test('what is wanted again while it is cleared stays remembered', async () => {
  const { topics, memory, link, take } = setUp();
  topics.set('a', '1');
  topics.attach(link());
  topics.clear('a');
  topics.set('a', '2');
  await settled();
  expect(take()).toEqual(['a=1', 'a=', 'a=2']);
  expect([...memory]).toEqual(['a']);
});

test('what the broker did not take once is not forced on it again', async () => {
  const { topics, problems, link, take } = setUp();
  topics.keep('picture');
  topics.attach(link(true));
  await topics.put('picture', Uint8Array.of(1, 2));
  expect(problems).toEqual(['not authorized']);
  take();
  topics.attach(link());
  expect(take()).toEqual([]);
  await topics.put('picture', Uint8Array.of(3));
  topics.attach(link());
  expect(take()).toEqual(['picture=3', 'picture=3']);
});

test('the failures of a connection that is lost are not told one by one', async () => {
  const { topics, problems, link } = setUp();
  topics.attach(link(true));
  topics.set('a', '1');
  topics.attach(undefined);
  await settled();
  expect(problems).toEqual([]);
});

test('a slow broker gets four at a time, and of what changes meanwhile the newest only', async () => {
  const { topics } = setUp();
  const sent: string[] = [];
  const confirm: (() => void)[] = [];
  topics.attach({
    publish: async (topic, payload) => {
      sent.push(`${topic}=${String(payload)}`);
      await new Promise<void>((resolve) => confirm.push(resolve));
    },
  });
  for (const value of [1, 2, 3]) for (let index = 0; index < 12; index++) topics.set(`t${index}`, `${value}`);
  expect(sent).toEqual(Array.from({ length: 4 }, (_value, index) => `t${index}=1`));
  while (confirm.length > 0) {
    confirm.splice(0).forEach((resolve) => resolve());
    await settled();
  }
  expect(sent.slice(4).sort()).toEqual(Array.from({ length: 12 }, (_value, index) => `t${index}=3`).sort());
});
