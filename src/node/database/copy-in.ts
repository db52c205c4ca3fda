import type { Socket } from 'node:net';
import type { Client, Submittable } from 'pg';

/** What pg's connection has for COPY, which its types leave out. */
interface CopyConnection {
  query(text: string): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
  readonly stream: Pick<Socket, 'cork' | 'uncork' | 'write' | 'once' | 'writableNeedDrain'>;
}

/** COPY FROM STDIN through pg, which has no such query of its own (protocol: "COPY Operations"). */
export class CopyIn implements Submittable {
  readonly #sql: string;
  readonly #pieces: Iterator<Buffer>;
  #settle: (error: Error | null) => void = () => undefined;
  #error: Error | null = null;

  /** @param pieces are taken while the server reads those before */
  constructor(sql: string, pieces: Iterable<Buffer>) {
    this.#sql = sql;
    this.#pieces = pieces[Symbol.iterator]();
  }

  /** Rows are stored when it resolves, or none of them. */
  run(client: Client): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
      client.query(this);
    });
  }

  submit(connection: unknown): void {
    (connection as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    const write = () => {
      // The server has refused a row already, or the connection is lost.
      if (this.#error) return;
      let piece: IteratorResult<Buffer>;
      try {
        piece = this.#pieces.next();
      } catch (error) {
        this.#error = error as Error;
        connection.sendCopyFail(String(error));
        return;
      }
      if (piece.done) {
        connection.endCopyFrom();
        return;
      }
      const { stream } = connection;
      sendPiece(stream, piece.value);
      if (stream.writableNeedDrain) stream.once('drain', write);
      else setImmediate(write);
    };
    write();
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}

  handleReadyForQuery(): void {
    this.#settle(this.#error);
  }

  /** Called in place of `handleReadyForQuery` if the connection is lost. */
  handleError(error: Error): void {
    this.#error ??= error;
    this.#settle(this.#error);
  }
}

/** Sends a CopyData message: a letter, the length with itself, the bytes. `sendCopyFromChunk` would copy the bytes twice. */
function sendPiece(stream: CopyConnection['stream'], bytes: Buffer): void {
  const header = Buffer.allocUnsafe(5);
  header.write('d');
  header.writeInt32BE(4 + bytes.length, 1);
  stream.cork();
  stream.write(header);
  stream.write(bytes);
  stream.uncork();
}
