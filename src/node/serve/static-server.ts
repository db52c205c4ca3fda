/** A static file server on this machine. */
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative, sep } from 'node:path';
import send from 'send';

export interface StaticServer {
  readonly url: string;
  /** Stops the server and closes open connections. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 chooses any free port. */
  readonly port: number;
  /** The URL path at which the folder is served, for example `/shop/search/`; default `/`. */
  readonly base?: string;
  /** Headers for every file, for example a strict Content-Security-Policy. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called for every request; may answer it and return true. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Files with a hash in their name never change, so browsers may cache them permanently. */
const HASHED = /^\/assets\/|-[0-9a-f]{16}\.\w+$|\/thumbs\/[0-9a-f]{16}\./;

/** `Cache-Control` of files that never change. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** @param path relative to the site */
export function isImmutable(path: string): boolean {
  return HASHED.test(`/${path}`);
}

/**
 * Names of this machine. Any other Host header suggests DNS rebinding: a foreign site points its name at this machine
 * to read local files through the user's browser.
 */
const LOOPBACK = /^(?:[\w-]+\.)*localhost$|^127(?:\.\d{1,3}){3}$|^\[::1\]$/i;

export async function serveFolder(folder: string, options: ServeOptions): Promise<StaticServer> {
  const { base = '/', headers = {}, onRequest } = options;
  const root = await realpath(folder);
  const server = createServer((request, response) => {
    if (!isLoopback(request.headers.host)) {
      return refuse(response, 403, 'This server answers to "localhost" and 127.0.0.1 only.');
    }
    if (onRequest?.(request, response)) return;
    answer(root, base, headers, request, response).catch(() => response.destroy());
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

async function answer(
  root: string,
  base: string,
  headers: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '' } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'This server gives files only.');
  }
  const [path = ''] = url.split('?', 1);
  if (!path.startsWith(base)) return refuse(response, 404);
  const found = await find(root, path.slice(base.length));
  if (found === 'folder') {
    // Relative links of a folder's page need the trailing slash. Two leading slashes would name another host.
    response.setHeader('Location', `${path.replace(/^\/+/, '/')}/`);
    return refuse(response, 301, 'Moved');
  }
  if (found === null) return refuse(response, 404);
  // range-parser, which `send` uses, rejects a suffix longer than the file. RFC 9110 14.1.2 requires the whole file.
  const suffix = /^bytes=-(\d+)$/.exec(request.headers.range ?? '')?.[1];
  if (Number(suffix) > found.size) delete request.headers.range;
  const name = relative(root, found.path).split(sep).map(encodeURIComponent).join('/');
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    send(request, name, { root, dotfiles: 'ignore', index: false, cacheControl: false })
      .on('headers', () => {
        const forever = isImmutable(path.slice(base.length));
        response.setHeader('Cache-Control', forever ? IMMUTABLE : 'no-cache');
        for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
      })
      .on('error', (error: { status?: number; headers?: Record<string, string> }) => {
        if (response.headersSent) return response.destroy();
        // The headers set so far describe the file, not this error.
        for (const header of response.getHeaderNames()) response.removeHeader(header);
        for (const [header, value] of Object.entries(error.headers ?? {})) {
          response.setHeader(header, value);
        }
        // 416 is the only error that a client can act on. All other errors, for example while a build replaces the
        // file, are reported as 404.
        if (error.status === 416) refuse(response, 416, 'The file has no such range.');
        else refuse(response, 404);
      })
      .pipe(response);
  });
}

interface FoundFile {
  /** The real path, with all links resolved. */
  readonly path: string;
  readonly size: number;
}

/**
 * Finds a regular file below the root. Returns `folder` for a folder without its trailing slash, and null for anything
 * else: a malformed path, a hidden file, a link that leads out of the root.
 * @param path as in the URL, relative to the root
 */
async function find(root: string, path: string): Promise<FoundFile | 'folder' | null> {
  const parts = decoded(path)?.split('/');
  if (!parts) return null;
  const isFolder = parts.at(-1) === '';
  const names = isFolder ? [...parts.slice(0, -1), 'index.html'] : parts;
  // An empty name comes from a doubled slash.
  if (names.some((name) => name === '' || name.startsWith('.') || name.includes(sep))) return null;
  try {
    const real = await realpath(join(root, ...names));
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return null;
    const entry = await stat(real);
    if (entry.isDirectory()) return 'folder';
    return entry.isFile() ? { path: real, size: entry.size } : null;
  } catch {
    // The file is missing or unreadable, or its links form a loop.
    return null;
  }
}

function decoded(path: string): string | null {
  try {
    const text = decodeURIComponent(path);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** @param host a Host header with or without a port */
function isLoopback(host: string | undefined): boolean {
  return host === undefined || LOOPBACK.test(host.replace(/:\d+$/, ''));
}

function refuse(response: ServerResponse, status: number, text = 'Not found'): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(text);
}
