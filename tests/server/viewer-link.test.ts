import { EventEmitter } from 'node:events';

import type { WebSocket } from 'ws';

import { ViewerLink } from '../../src/server/viewer-link.ts';

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly pings: string[] = [];
  ping(payload: string): void {
    this.pings.push(payload);
  }
}

const start = () => {
  const socket = new FakeSocket();
  const levels: number[] = [];
  let nowMs = 0;
  const link = new ViewerLink(socket as unknown as WebSocket, {
    bufferBytes: 1000,
    onLevel: (level) => levels.push(level),
    now: () => nowMs,
  });
  return { socket, levels, link, pass: (ms: number) => (nowMs += ms) };
};

test('asks after a picture whether it arrived, once at a time', () => {
  const { socket, link } = start();
  link.sent();
  link.sent();
  expect(socket.pings).toEqual(['0']);
  socket.emit('pong', Buffer.from('0'));
  link.sent();
  expect(socket.pings).toEqual(['0', '1']);
});

test('an answer to something else is none', () => {
  const { socket, link } = start();
  link.sent();
  socket.emit('pong', Buffer.from(''));
  link.sent();
  expect(socket.pings).toEqual(['0']);
});

test('a link that answers late gets less, then more again, and its viewer is told', () => {
  const { socket, link, levels, pass } = start();
  const answerAfter = (ms: number): void => {
    link.sent();
    pass(ms);
    socket.emit('pong', Buffer.from(socket.pings.at(-1) ?? ''));
  };
  answerAfter(20);
  answerAfter(900);
  expect([link.level, levels]).toEqual([1, [1]]);
  for (let count = 0; count < 300; count++) answerAfter(20);
  expect([link.level, levels]).toEqual([0, [1, 0]]);
});

test('a link that does not answer gets no more pictures until it does', () => {
  const { socket, link, pass } = start();
  link.sent();
  socket.emit('pong', Buffer.from('0'));
  link.sent();
  pass(300);
  expect(link.keepsUp('jpeg')).toBe(true);
  pass(200);
  expect([link.keepsUp('jpeg'), link.keepsUp('h264')]).toEqual([false, true]);
  pass(1100);
  expect(link.keepsUp('h264')).toBe(false);
  socket.emit('pong', Buffer.from('1'));
  expect(link.keepsUp('jpeg')).toBe(true);
});

test('a link with more unsent than the buffer holds gets no more pictures', () => {
  const { socket, link } = start();
  socket.bufferedAmount = 1001;
  expect(link.keepsUp('jpeg')).toBe(false);
  socket.bufferedAmount = 1000;
  expect(link.keepsUp('jpeg')).toBe(true);
});

test('nothing is asked on a socket that is closing', () => {
  const { socket, link } = start();
  socket.readyState = 2;
  link.sent();
  expect(socket.pings).toEqual([]);
});
