/** A static host on this machine: plain files, nothing else. */
import { ReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import sirv from 'sirv';

export interface StaticServer {
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The path under which the folder appears, as `/shop/search/`; default `/`. */
  readonly base?: string;
  /** Headers for every answer, as a strict Content-Security-Policy. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told every request; may answer it and return true. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Names that carry a hash never change, so browsers may keep them for ever. */
const HASHED = /^\/assets\/|-[0-9a-f]{16}\.\w+$|\/thumbs\/[0-9a-f]{16}\./;

export async function serveFolder(folder: string, options: ServeOptions): Promise<StaticServer> {
  const { base = '/', headers = {}, onRequest } = options;
  const files = sirv(folder, {
    dev: true, // reads the folder at each request: a build may change it meanwhile
    setHeaders(response, path) {
      const forever = HASHED.test(path);
      response.setHeader(
        'Cache-Control',
        forever ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => {
    // sirv listens to no error of a file that it has begun to give.
    response.once('pipe', (file) => file.once('error', () => breakOff(response, file)));
    if (onRequest?.(request, response)) return;
    const notFound = () => {
      response.statusCode = 404;
      response.end('Not found');
    };
    if (!request.url?.startsWith(base)) return notFound();
    request.url = request.url.slice(base.length - 1);
    files(request, response, notFound);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A file that went between the look at it and its opening, as a build sweeps, is one that is not there. */
function breakOff(response: ServerResponse, file: Readable): void {
  const { socket } = response;
  if (!(file instanceof ReadStream && file.pending) || !socket) {
    response.destroy();
    return;
  }
  // The head that sirv has made says 200. It goes with the first byte, and there was none.
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 9\r\n\r\nNot found');
}
