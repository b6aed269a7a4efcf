// Pages without a browser, as a process of their own: each subscribes to what the page subscribes to. Started by fork with
// the server's address, how many and whether they want pictures; tells on request how late alerts came.
import { once } from 'node:events';

import { WebSocket } from 'ws';

import { preciseNow } from '../core/frame.ts';
import type { ServerMessage } from '../server/protocol.ts';

export interface ClientsReport {
  /** Milliseconds from the frame that opened an alert to its message, of every client, since the report before. */
  readonly alertMs: readonly number[];
  readonly pictures: number;
  readonly bytes: number;
  readonly closed: number;
}

const [url = '', count = '', pictures = ''] = process.argv.slice(2);
const always = ['status', 'prediction', 'alert', 'metrics'];
const ofCards = ['raw', 'denoised', 'heatmap', 'colorized'];

let alertMs: number[] = [];
const seen = { pictures: 0, bytes: 0, closed: 0 };

const open = async (): Promise<void> => {
  const socket = new WebSocket(new URL('/ws', url.replace('http', 'ws')));
  socket.on('error', () => undefined);
  socket.on('close', () => seen.closed++);
  socket.on('message', (data: Buffer, isBinary) => {
    seen.bytes += data.length;
    if (isBinary) return void seen.pictures++;
    const message = JSON.parse(data.toString()) as ServerMessage;
    if (message.type === 'alert' && message.event === 'opened') alertMs.push(preciseNow() - message.alert.startAt);
  });
  await once(socket, 'open');
  for (const topic of pictures === 'true' ? [...always, ...ofCards] : always)
    socket.send(JSON.stringify({ type: 'subscribe', topic }));
};

await Promise.all(Array.from({ length: Number(count) }, open));
process.on('message', () => {
  const report: ClientsReport = { alertMs, ...seen };
  process.send?.(report);
  alertMs = [];
  Object.assign(seen, { pictures: 0, bytes: 0 });
});
process.on('disconnect', () => process.exit());
process.send?.({ url });
