/** Passes TCP connections on to a server, and breaks them after so many bytes of answers. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface BreakingProxy {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Runs before the second connection is passed on, and each that follows. */
  beforeNext: (() => Promise<void>) | null;
  close(): void;
}

/**
 * @param limits bytes after which the first connection breaks, the second and so on; Infinity: never; 0: it is refused.
 * The last one counts for all that follow.
 */
export async function breakingProxy(
  target: number,
  limits: readonly number[],
): Promise<BreakingProxy> {
  let connections = 0;
  const sockets = new Set<Socket>();
  let beforeNext: (() => Promise<void>) | null = null;
  const server = createServer({ pauseOnConnect: true }, async (client) => {
    const limit = limits[Math.min(connections, limits.length - 1)] ?? 0;
    connections++;
    if (limit === 0) {
      client.destroy();
      return;
    }
    if (connections > 1) await beforeNext?.();
    const upstream = connect(target, '127.0.0.1');
    let bytes = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    client.resume();
    upstream.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= limit) {
        client.write(piece);
        return;
      }
      // In the middle of a packet.
      client.write(piece.subarray(0, Math.floor(piece.length / 2)));
      client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get beforeNext() {
      return beforeNext;
    },
    set beforeNext(run) {
      beforeNext = run;
    },
    get connections() {
      return connections;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
