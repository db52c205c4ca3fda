/** Redis' protocol (RESP2) over one socket: commands are written as they come, and answers arrive in the same order. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ConnectionLost } from '../../database/connection-lost.ts';
import type { RedisStore } from '../address.ts';
import { type Reply, ReplyReader } from './reply.ts';

const CONNECT_MS = 20_000;
/** A server that is silent for this long while commands wait is gone. */
const SILENCE_MS = 30_000;

export type Argument = string | number | Uint8Array;

/** The server refused a command. `code` is the first word: `OOM`, `NOAUTH`, `READONLY` and others. */
export class RedisFault extends Error {
  readonly code: string;

  constructor(message: string) {
    super(message);
    this.code = /^[A-Z]+/.exec(message)?.[0] ?? '';
  }
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export class RedisClient {
  readonly #address: RedisStore;
  readonly #silenceMs: number;
  #opening: Promise<RedisConnection> | null = null;

  constructor(address: RedisStore, silenceMs = SILENCE_MS) {
    this.#address = address;
    this.#silenceMs = silenceMs;
  }

  /** @throws RedisFault; ConnectionLost, after which the next command connects again */
  async send(...command: readonly Argument[]): Promise<Reply> {
    const [reply] = await this.all([command]);
    return reply as Reply;
  }

  /** Many commands in one round trip. @throws as `send`, for the first that fails; the others are done all the same */
  async all(commands: readonly (readonly Argument[])[]): Promise<readonly Reply[]> {
    const replies = await this.settled(commands);
    for (const reply of replies) if (reply instanceof RedisFault) throw reply;
    return replies as readonly Reply[];
  }

  /** As `all`, with the error of each command in its place. */
  async settled(
    commands: readonly (readonly Argument[])[],
  ): Promise<readonly (Reply | RedisFault)[]> {
    const connection = await this.#connected();
    return Promise.all(
      commands.map((command) =>
        connection.send(command).catch((error: unknown) => {
          if (error instanceof RedisFault) return error;
          throw error;
        }),
      ),
    );
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    await opening?.then((connection) => connection.close()).catch(() => undefined);
  }

  async #connected(): Promise<RedisConnection> {
    const opening = this.#opening ?? RedisConnection.open(this.#address, this.#silenceMs);
    this.#opening = opening;
    try {
      const connection = await opening;
      if (!connection.isOver) return connection;
    } catch (error) {
      if (this.#opening === opening) this.#opening = null;
      throw error;
    }
    if (this.#opening === opening) this.#opening = null;
    return this.#connected();
  }
}

class RedisConnection {
  readonly #socket: Socket;
  readonly #silenceMs: number;
  readonly #waiting: Waiting[] = [];
  readonly #reader = new ReplyReader();
  #timer: NodeJS.Timeout | null = null;
  isOver = false;

  private constructor(socket: Socket, silenceMs: number) {
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    socket.setNoDelay(true).setKeepAlive(true, 30_000);
    socket.on('data', (data: Buffer) => this.#read(data));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('The server closed the connection')));
  }

  static async open(address: RedisStore, silenceMs: number): Promise<RedisConnection> {
    const { host, port, tls, user, password, database } = address;
    const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        socket.destroy();
        reject(lost(error));
      };
      socket.setTimeout(CONNECT_MS, () =>
        fail(Object.assign(new Error('No answer'), { code: 'ETIMEDOUT' })),
      );
      socket.once('error', fail);
      socket.once(tls ? 'secureConnect' : 'connect', () => {
        socket.setTimeout(0).off('error', fail);
        resolve();
      });
    });
    const connection = new RedisConnection(socket, silenceMs);
    try {
      if (password !== undefined) {
        await connection.send(['AUTH', ...(user === undefined ? [] : [user]), password]);
      }
      if (database !== 0) await connection.send(['SELECT', database]);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  send(command: readonly Argument[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.isOver) return reject(lost(new Error('The connection is closed')));
      this.#waiting.push({ resolve, reject });
      this.#socket.write(encodeCommand(command));
      if (this.#waiting.length === 1) this.#watch();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    try {
      for (const { reply, error } of this.#reader.read(data)) {
        const waiting = this.#waiting.shift();
        if (error === null) waiting?.resolve(reply);
        else waiting?.reject(new RedisFault(error));
      }
      this.#watch();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #watch(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      const what = `No answer within ${this.#silenceMs / 1000} s`;
      this.#end(Object.assign(new Error(what), { code: 'ETIMEDOUT' }));
    }, this.#silenceMs);
  }

  #end(error: Error): void {
    this.isOver = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#socket.destroy();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(lost(error));
  }
}

function lost(error: Error): ConnectionLost {
  return new ConnectionLost(error.message, { cause: error });
}

function encodeCommand(command: readonly Argument[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${command.length}\r\n`)];
  for (const argument of command) {
    const bytes = argument instanceof Uint8Array ? argument : Buffer.from(String(argument));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}
