/**
 * A reverse proxy in front of an engine whose own security is a licensed or separate module: it checks users, as owners'
 * proxies do, and can cut all connections.
 */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface GuardProxy {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  breakConnections(): Promise<void>;
  stop(): Promise<void>;
}

interface Users {
  /** User → password. */
  readonly write: Readonly<Record<string, string>>;
  readonly read: Readonly<Record<string, string>>;
}

const READS = /\/(_search|_count|_mget)(\?|$)/;

/** @param users null if the server checks them itself */
export async function guardProxy(target: string, users: Users | null): Promise<GuardProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const [, pair = ''] = (incoming.headers.authorization ?? '').split(' ');
    const given = Buffer.from(pair, 'base64').toString();
    const is = (users: Readonly<Record<string, string>>) =>
      Object.entries(users).some(([user, password]) => given === `${user}:${password}`);
    const refuse = (status: number, error: unknown) => {
      incoming.resume();
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ error, status }));
    };
    const { method = 'GET', url = '/' } = incoming;
    // What Elasticsearch answers.
    const type = 'security_exception';
    if (users && !is(users.write) && !is(users.read)) {
      return refuse(401, { type, reason: 'unable to authenticate user for REST request' });
    }
    if (users && !is(users.write) && method !== 'GET' && !READS.test(url)) {
      return refuse(403, { type, reason: `action [${method} ${url}] is unauthorized` });
    }
    const { authorization, ...others } = incoming.headers;
    const headers = users || authorization === undefined ? others : { authorization, ...others };
    const forwarded = request(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.once('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakConnections = async () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakConnections,
    async stop() {
      server.close();
      await breakConnections();
    },
  };
}
