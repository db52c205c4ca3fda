import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * An HTTP/1.1 connection that sends one request after the other. Node's own clients take as much processor time as the
 * service itself, on the same machine.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #got: Buffer = Buffer.alloc(0);
  #answered: (answer: Answer | Error) => void = () => undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('close', () => this.#answered(new Error('The service closed the connection.')));
    socket.on('error', (error) => this.#answered(error));
  }

  static async open({ host, port }: { host: string; port: number }): Promise<HttpConnection> {
    const socket = connect(port, host);
    await once(socket, 'connect');
    return new HttpConnection(socket, `${host}:${port}`);
  }

  /** @throws Error if the connection ends */
  post(path: string, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#answered = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer));
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
  }

  #take(bytes: Buffer): void {
    this.#got = this.#got.length === 0 ? bytes : Buffer.concat([this.#got, bytes]);
    const end = this.#got.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#got.toString('latin1', 0, end);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.NaN);
    const to = end + 4 + length;
    if (Number.isNaN(length)) this.#answered(new Error(`An answer without its length: ${head}`));
    if (!(this.#got.length >= to)) return;
    const body = this.#got.toString('utf8', end + 4, to);
    this.#got = this.#got.subarray(to);
    this.#answered({ status: Number(head.slice(9, 12)), body });
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}
