/** Runs a `SearchHandler` on Node's HTTP server, until it is asked to stop. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP, Server as NetServer } from 'node:net';
import { describe } from '../../core/describe.ts';
import { sleep } from '../../core/timeout.ts';
import type { SearchHandler } from './handler/handler.ts';
import { incomingOf } from './node-request.ts';

export interface NodeServerOptions {
  /** 0 chooses any free port. */
  readonly port: number;
  readonly host: string;
  /**
   * How many proxies of the owner's are in front. Each appends the address that it saw to `X-Forwarded-For`; the client's is the
   * one that the outermost saw. `true` means 1. Default 0: the address of the connection.
   */
  readonly trustProxy?: boolean | number;
  /** Milliseconds that a client may take to send its headers, and that running searches have after `close`. */
  readonly timeoutMs: number;
}

/** What of a `SearchHandler` a server needs. */
export type ServedHandler = Pick<SearchHandler, 'answer' | 'drain' | 'close'>;

export interface RunningServer {
  readonly url: string;
  /** Accepts no more connections, answers the running searches, then stops. */
  close(): Promise<void>;
}

/** The addresses of proxies, joined, are shorter. */
const MOST_HEADER_BYTES = 16_384;

/** @throws the error of `listen`: the port is in use, or not allowed */
export async function serveHandler(
  handler: ServedHandler,
  options: NodeServerOptions,
): Promise<RunningServer> {
  const { port, host, timeoutMs, trustProxy = 0 } = options;
  const requests = { running: 0, stopping: false };
  const server = createServer(
    {
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: timeoutMs,
      requestTimeout: 2 * timeoutMs,
      keepAliveTimeout: 65_000,
    },
    (incoming, outgoing) => {
      requests.running++;
      outgoing.once('close', () => requests.running--);
      // Or a client sends its next request into a connection that is about to end.
      if (requests.stopping) outgoing.setHeader('Connection', 'close');
      answer(handler, incoming, outgoing, Number(trustProxy)).catch(() => outgoing.destroy());
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
    close: () => stop(server, handler, requests, timeoutMs),
  };
}

async function answer(
  handler: ServedHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  proxies: number,
): Promise<void> {
  const left = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) left.abort();
  });
  const request = incomingOf(incoming, left.signal);
  if (!request) {
    outgoing.writeHead(400, { 'Content-Type': 'application/json' });
    const { url, headers: asked } = incoming;
    const message =
      `The request cannot be read: path ${describe(url)}, Host ${describe(asked.host)}. Expected a path that begins with "/" and ` +
      'the host of this service.';
    outgoing.end(JSON.stringify({ code: 'bad-request', message }));
    return;
  }
  const { status, headers, body } = await handler.answer(request, {
    client: clientOf(incoming, proxies),
  });
  // A body that nobody read would stay in the connection, in front of the next request.
  if (!incoming.complete) outgoing.setHeader('Connection', 'close');
  const length = body === null ? null : { 'Content-Length': Buffer.byteLength(body) };
  outgoing.writeHead(status, { ...headers, ...length });
  outgoing.end(body ?? undefined);
}

/**
 * Proxies append to `X-Forwarded-For`: of two of them, the last address but one is the client's, and those before it are
 * its claim. A header with fewer addresses did not come through all of them, and the first that a proxy saw is taken.
 */
function clientOf({ headers, socket }: IncomingMessage, proxies: number): string {
  const forwarded = proxies > 0 ? [headers['x-forwarded-for'] ?? []].flat() : [];
  const addresses = forwarded.flatMap((line) => line.split(','));
  const last = addresses[Math.max(0, addresses.length - proxies)]?.trim() ?? '';
  // Some proxies add the port.
  const address = /^\[(.+)\](?::\d+)?$/.exec(last)?.[1] ?? last.replace(/^([\d.]+):\d+$/, '$1');
  return isIP(address) > 0 ? address : (socket.remoteAddress ?? '');
}

/** How long a connection without a request stays open, so that the next one on it is answered and told to close. */
const IDLE_MS = 500;

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((_, count) => resolve(count));
  });
}

async function stop(
  server: Server,
  handler: ServedHandler,
  requests: { running: number; stopping: boolean },
  timeoutMs: number,
): Promise<void> {
  handler.drain();
  requests.stopping = true;
  const closed = new Promise<void>((resolve) => {
    // Not the HTTP server's own, which resets idle connections while clients send their next request into them.
    NetServer.prototype.close.call(server, () => resolve());
  });
  const idleUntil = performance.now() + IDLE_MS;
  const until = performance.now() + timeoutMs;
  for (let now = performance.now(); now < until; now = performance.now()) {
    const isDone =
      requests.running === 0 && (now >= idleUntil || (await connections(server)) === 0);
    if (isDone) break;
    await sleep(20);
  }
  server.closeAllConnections();
  await closed;
  handler.close();
}
