/** A static host that counts what it sends, as it is or compressed as good hosts do. */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { type StaticServer, serveFolder } from '../../../src/node/serve/static-server.ts';

/** What hosts compress: by type, and weights, vectors and pictures have none that they know. */
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
  /** Of the body. */
  bytes: number;
}

export interface CountingHost {
  readonly url: string;
  /** One for each request, in their order. */
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
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Encoding': 'br',
      'Content-Length': bytes.length,
    });
    response.end(bytes);
    return true;
  }

  return { url: server.url, sent, close: () => server.close() };
}

/** Files are piped in chunks, short answers end with their only one. */
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
    // Node's `end` goes by an inner door: nothing is counted twice.
    add(args[0]);
    return end.apply(response, args);
  }) as typeof end;
}
