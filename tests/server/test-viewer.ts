import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { type ClientMessage, pictureKinds, pictureLayout, type ServerMessage } from '../../src/server/protocol.ts';
import { messageProblem } from './message-problem.ts';

type Kind = keyof typeof pictureKinds;
type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

/**
 * A viewer that keeps what it gets; `take` waits for the next message of a type not taken before, and fails when any message
 * was not as /api/asyncapi.json says.
 */
export const connectViewer = async (port: number, options: ClientOptions = {}) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, options);
  const texts: ServerMessage[] = [];
  const pictures: Buffer[] = [];
  let wake = (): void => {};
  let problem: string | undefined;
  socket.on('message', (data, isBinary) => {
    if (isBinary) pictures.push(data as Buffer);
    else {
      const message = JSON.parse((data as Buffer).toString()) as ServerMessage;
      problem ??= messageProblem(message);
      texts.push(message);
    }
    wake();
  });
  const closed = once(socket, 'close') as Promise<[code: number, reason: Buffer]>;
  await once(socket, 'open');

  const takeFrom = async <Item>(items: Item[], matches: (item: Item) => boolean): Promise<Item> => {
    for (;;) {
      if (problem !== undefined) throw new Error(problem);
      const index = items.findIndex(matches);
      const [item] = index < 0 ? [] : items.splice(index, 1);
      if (item !== undefined) return item;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const take = <Type extends ServerMessage['type']>(type: Type): Promise<MessageOf<Type>> =>
    takeFrom(texts, (text) => text.type === type) as Promise<MessageOf<Type>>;
  const send = (message: ClientMessage): void => socket.send(JSON.stringify(message));
  return {
    socket,
    texts,
    pictures,
    closed,
    take,
    takePicture: (kind: Kind) =>
      takeFrom(pictures, (picture) => picture.readUInt8(pictureLayout.kind) === pictureKinds[kind]),
    send,
    /** Resolves when everything sent before was answered. */
    settle: async () => {
      send({ type: 'ping' });
      await take('pong');
    },
    close: async () => {
      socket.close();
      await closed;
    },
  };
};
