/**
 * Passes connections on to a server of PostgreSQL that has one session for all of them, as PGlite has: a client has its turn
 * from its first message until the server is ready for the next query outside of a transaction. Without turns, the
 * statements of two clients would replace each other. Connections can be cut.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TurnsProxy {
  readonly port: number;
  /** Ends every connection; new ones are passed on. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

const TERMINATE = 'X'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

interface Client {
  readonly upstream: Socket;
  /** Not passed on yet. */
  waiting: Buffer[];
}

export async function turnsProxy(target: number): Promise<TurnsProxy> {
  const sockets = new Set<Socket>();
  const queue: Client[] = [];
  let owner: Client | null = null;

  const next = () => {
    owner = queue.shift() ?? null;
    for (const piece of owner?.waiting.splice(0) ?? []) owner?.upstream.write(piece);
  };
  const server = createServer((socket) => {
    const upstream = connect(target, '127.0.0.1');
    const client: Client = { upstream, waiting: [] };
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        socket.destroy();
        upstream.destroy();
        const at = queue.indexOf(client);
        if (at >= 0) queue.splice(at, 1);
        if (owner === client) next();
      });
    }
    socket.on('data', (piece: Buffer) => {
      if (owner === client) {
        upstream.write(piece);
        return;
      }
      // Nothing answers a goodbye.
      if (piece[0] === TERMINATE && piece.length === 5) {
        socket.end();
        return;
      }
      client.waiting.push(piece);
      if (!queue.includes(client)) queue.push(client);
      if (owner === null) next();
    });
    let unread: Buffer = Buffer.alloc(0);
    upstream.on('data', (piece: Buffer) => {
      socket.write(piece);
      unread = Buffer.concat([unread, piece]);
      let at = 0;
      let isReady = false;
      // Type, length with itself, content.
      while (unread.length >= at + 5 && unread.length >= at + 1 + unread.readInt32BE(at + 1)) {
        if (unread[at] === READY) isReady = unread[at + 5] === IDLE;
        at += 1 + unread.readInt32BE(at + 1);
      }
      unread = unread.subarray(at);
      if (isReady && owner === client) next();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = async () => {
    const closed = [...sockets].map((socket) => {
      const ended = once(socket, 'close');
      socket.destroy();
      return ended;
    });
    await Promise.all(closed);
  };
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    close: async () => {
      server.close();
      await cut();
    },
  };
}
