import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that speaks RTSP by hand, for what ffmpeg would not send. */
export class RtspClient {
  readonly socket: Socket;
  /** RTP packets that arrived. */
  readonly packets: Buffer[] = [];
  #pending = Buffer.alloc(0);
  #answer: (response: string) => void = () => undefined;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** Sends raw text and resolves with the next response. */
  async send(text: string): Promise<string> {
    const response = new Promise<string>((resolve) => (this.#answer = resolve));
    this.socket.write(text);
    return response;
  }

  async request(method: string, url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const lines = Object.entries({ CSeq: '7', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`${method} ${url} RTSP/1.0\r\n${lines.join('')}\r\n`);
  }

  async play(url: string): Promise<void> {
    await this.request('DESCRIBE', url);
    const setup = await this.request('SETUP', `${url}/trackID=0`, { Transport: 'RTP/AVP/TCP;interleaved=0-1' });
    await this.request('PLAY', url, { Session: /Session: ([^;\r]+)/.exec(setup)?.[1] ?? '' });
  }

  /** Resolves when `count` packets have arrived. */
  async packetsArrived(count: number): Promise<void> {
    while (this.packets.length < count) await once(this.socket, 'data');
  }

  #read(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const binary = this.#pending[0] === 0x24;
      if (this.#pending.length < 4) return;
      const head = this.#pending.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(this.#pending.toString('latin1', 0, head))?.[1] ?? 0);
      const end = binary ? 4 + this.#pending.readUInt16BE(2) : head + length;
      if ((!binary && head < 4) || this.#pending.length < end) return;
      const message = this.#pending.subarray(binary ? 4 : 0, end);
      this.#pending = this.#pending.subarray(end);
      if (binary) this.packets.push(message);
      else this.#answer(message.toString());
    }
  }
}
