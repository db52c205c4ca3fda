/** A static host that counts the bytes it sends, uncompressed or compressed as good hosts do. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import {
  IMMUTABLE,
  isImmutable,
  type StaticServer,
  serveFolder,
} from '../../../src/node/serve/static-server.ts';

/** Types that hosts compress. Weights, vectors and pictures are not among them. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
const QUALITY = 9;

export interface Sent {
  /** Relative to the site; the page itself is empty. */
  readonly path: string;
  /** Bytes of the body. */
  bytes: number;
}

export interface CountingHost {
  readonly url: string;
  /** One entry per request, in order. */
  readonly sent: readonly Sent[];
  close(): Promise<void>;
}

export async function serveCounting(folder: string, brotli: boolean): Promise<CountingHost> {
  const sent: Sent[] = [];
  const packed = new Map<string, Buffer>();
  const server: StaticServer = await serveFolder(folder, {
    port: 0,
    onRequest(request, response) {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
      const log: Sent = { path, bytes: 0 };
      sent.push(log);
      count(response, log);
      return brotli && givePacked(request, response, path);
    },
  });

  function givePacked(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const file = join(folder, path === '' ? 'index.html' : path);
    const type = TYPES[extname(file)];
    if (!type || !existsSync(file)) return false;
    if (!String(request.headers['accept-encoding']).includes('br')) return false;
    let bytes = packed.get(file);
    if (!bytes) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY };
      bytes = brotliCompressSync(readFileSync(file), { params });
      packed.set(file, bytes);
    }
    // As for the files that the server sends itself.
    const cache = {
      'Cache-Control': isImmutable(path) ? IMMUTABLE : 'no-cache',
      ETag: `"${bytes.length}-${statSync(file).mtimeMs}"`,
    };
    if (request.headers['if-none-match'] === cache.ETag) {
      response.writeHead(304, cache).end();
      return true;
    }
    response.writeHead(200, {
      ...cache,
      'Content-Type': type,
      'Content-Encoding': 'br',
      'Content-Length': bytes.length,
    });
    response.end(bytes);
    return true;
  }

  return { url: server.url, sent, close: () => server.close() };
}

/** Counts both ways of sending: files are piped in chunks; short responses pass their only chunk to `end`. */
function count(response: ServerResponse, log: Sent): void {
  const { write, end } = response;
  const add = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) {
      log.bytes += Buffer.byteLength(chunk);
    }
  };
  response.write = ((...args: Parameters<typeof write>) => {
    add(args[0]);
    return write.apply(response, args);
  }) as typeof write;
  response.end = ((...args: Parameters<typeof end>) => {
    // Node's `end` does not call the public `write`, so nothing is counted twice.
    add(args[0]);
    return end.apply(response, args);
  }) as typeof end;
}
