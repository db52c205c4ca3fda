/** One GET request: follows redirects, and bounds its time, its bytes and the addresses that it connects to. */
import { lookup } from 'node:dns';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { isPublicAddress } from './address.ts';
import { DownloadFailure, failureOf, StorageFailure } from './failure.ts';
import { addressOf, authorizationOf, credentialsOf, type ProxyFor } from './proxy.ts';
import { faultOfProxy, refusedByProxy, TunnelAgent } from './tunnel.ts';

export interface RequestLimits {
  /** Longest wait for the headers, and between two pieces of the body. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** Largest size of the body, unpacked. */
  readonly maxBytes: number;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What became of the body; null unless the status is 200. */
  readonly body: T | null;
}

/** Takes a body, unpacked, piece by piece. */
export type Receive<T> = (body: AsyncIterable<Buffer>) => Promise<T>;

const MAX_REDIRECTS = 5;

/** Holds the connections of a build. */
export class Requester {
  readonly #limits: RequestLimits;
  readonly #isAllowed: (address: string) => boolean;
  readonly #http = new http.Agent({ keepAlive: true });
  readonly #https: https.Agent;
  readonly #proxyFor: ProxyFor;
  readonly #tunnels = new Map<string, TunnelAgent>();
  readonly #ca: { readonly ca?: string };

  /**
   * @param isAllowed whether to connect to an address; default: to public ones
   * @param ca certificates to trust instead of the system's
   * @param proxyFor the proxy of a URL; default: none
   */
  constructor(
    limits: RequestLimits,
    isAllowed: (address: string) => boolean = isPublicAddress,
    ca?: string,
    proxyFor: ProxyFor = () => null,
  ) {
    this.#proxyFor = proxyFor;
    this.#ca = ca === undefined ? {} : { ca };
    this.#limits = limits;
    this.#isAllowed = isAllowed;
    this.#https = new https.Agent({ keepAlive: true, ...this.#ca });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
    for (const tunnel of this.#tunnels.values()) tunnel.destroy();
  }

  /** @throws DownloadFailure; StorageFailure if `receive` throws it */
  async get<T>(
    url: string,
    headers: Readonly<Record<string, string>>,
    receive: Receive<T>,
  ): Promise<Answer<T>> {
    const { idleMs, totalMs } = this.#limits;
    const stop = new AbortController();
    const total = setTimeout(() => {
      const reason = `it took longer than ${totalMs / 1000} s`;
      stop.abort(new DownloadFailure(reason, { isOfHost: true }));
    }, totalMs);
    const stalled = () => {
      const reason = `no data for ${idleMs / 1000} s`;
      stop.abort(new DownloadFailure(reason, { canRetry: true, isOfHost: true }));
    };
    let idle = setTimeout(stalled, idleMs);
    const touch = () => {
      clearTimeout(idle);
      idle = setTimeout(stalled, idleMs);
    };
    try {
      return await this.#follow(new URL(url), headers, stop.signal, touch, receive);
    } catch (error) {
      if (error instanceof StorageFailure) throw error;
      throw failureOf(stop.signal.aborted ? stop.signal.reason : error);
    } finally {
      clearTimeout(total);
      clearTimeout(idle);
    }
  }

  async #follow<T>(
    start: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    touch: () => void,
    receive: Receive<T>,
  ): Promise<Answer<T>> {
    let url = start;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await this.#open(url, headers, signal);
      touch();
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
        response.destroy();
        if (!URL.canParse(location, url.href)) {
          throw new DownloadFailure('it redirects to something that is no URL');
        }
        url = new URL(location, url);
        continue;
      }
      if (status !== 200) {
        response.destroy();
        return { status, headers: response.headers, body: null };
      }
      try {
        const body = await receive(this.#bodyOf(response, touch));
        return { status, headers: response.headers, body };
      } finally {
        response.destroy();
      }
    }
    throw new DownloadFailure(`more than ${MAX_REDIRECTS} redirects`);
  }

  async #open(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new DownloadFailure(`it leads to ${url.protocol}, expected http or https`);
    }
    // A host that is an address is never looked up.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !this.#isAllowed(host)) throw refusal(host);
    const isSecure = url.protocol === 'https:';
    const proxy = this.#proxyFor(url);
    if (proxy) {
      await this.#checkName(host);
      return isSecure
        ? this.#throughTunnel(url, proxy, headers, signal)
        : this.#byProxy(url, proxy, headers, signal);
    }
    return new Promise((resolve, reject) => {
      const request = (isSecure ? https : http).get(
        url,
        { agent: isSecure ? this.#https : this.#http, headers, signal, lookup: this.#lookup },
        resolve,
      );
      request.on('error', reject);
    });
  }

  /** The proxy gets the whole URL, and answers in the server's place. */
  async #byProxy(
    url: URL,
    proxy: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const isSecure = proxy.protocol === 'https:';
    const plain = new URL(url);
    plain.username = '';
    plain.password = '';
    plain.hash = '';
    const options = {
      ...addressOf(proxy),
      path: plain.href,
      headers: { ...headers, host: url.host, ...authorizationOf(proxy) },
      ...(url.username === '' ? {} : { auth: credentialsOf(url) }),
      agent: isSecure ? this.#https : this.#http,
      signal,
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (isSecure ? https : http).get(options, resolve);
      request.on('error', (error) => reject(faultOfProxy(error, signal)));
    });
    if (response.statusCode !== 407) return response;
    response.destroy();
    throw refusedByProxy(407);
  }

  #throughTunnel(
    url: URL,
    proxy: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const agent = this.#tunnels.get(proxy.href) ?? new TunnelAgent(proxy, this.#ca);
    this.#tunnels.set(proxy.href, agent);
    return new Promise((resolve, reject) => {
      const request = https.get(url, { agent, headers, signal }, resolve);
      request.on('error', reject);
    });
  }

  /**
   * A proxy resolves names itself. What this machine knows of a name counts, too; a name that it cannot resolve is left to
   * the proxy.
   */
  #checkName(host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      lookup(host, { all: true }, (error, addresses) => {
        const refused = error ? undefined : addresses.find((one) => !this.#isAllowed(one.address));
        if (refused) reject(refusal(refused.address));
        else resolve();
      });
    });
  }

  /** Checks the addresses that the connection uses, so that a name cannot lead elsewhere afterwards. */
  readonly #lookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) {
        callback(error ?? new DownloadFailure('the host has no address'), '');
        return;
      }
      const refused = addresses.find(({ address }) => !this.#isAllowed(address));
      if (refused) callback(refusal(refused.address), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  /** Unpacked, because servers may pack a body although they were asked not to. */
  async *#bodyOf(response: IncomingMessage, touch: () => void): AsyncGenerator<Buffer> {
    const { maxBytes } = this.#limits;
    const encoding = response.headers['content-encoding'] ?? '';
    const unpacker = UNPACKERS.get(encoding.trim().toLowerCase());
    if (unpacker === undefined) {
      throw new DownloadFailure(
        `it is packed as "${encoding.slice(0, 20)}", which was not asked for`,
      );
    }
    const pieces = this.#piecesOf(response, touch);
    if (unpacker === null) return yield* pieces;
    // Errors come out of the stream that is read.
    const unpacked = pipeline(Readable.from(pieces), unpacker(), () => undefined);
    let bytes = 0;
    try {
      for await (const piece of unpacked) {
        bytes += (piece as Buffer).length;
        if (bytes > maxBytes)
          throw new DownloadFailure(`it unpacks to more than ${maxBytes} bytes`);
        yield piece as Buffer;
      }
    } catch (error) {
      const isDamaged = /^(Z_|ERR_BROTLI|ERR__ERROR)/.test(
        String((error as NodeJS.ErrnoException).code),
      );
      throw isDamaged ? new DownloadFailure('its packed body is damaged', { cause: error }) : error;
    }
  }

  async *#piecesOf(response: IncomingMessage, touch: () => void): AsyncGenerator<Buffer> {
    const { maxBytes } = this.#limits;
    const tooLarge = () => new DownloadFailure(`it is larger than ${maxBytes} bytes`);
    const announced = Number(response.headers['content-length'] ?? 0);
    if (announced > maxBytes) throw tooLarge();
    let bytes = 0;
    for await (const piece of response) {
      touch();
      bytes += (piece as Buffer).length;
      if (bytes > maxBytes) throw tooLarge();
      yield piece as Buffer;
    }
    if (announced > bytes) {
      const reason = `the connection was lost at byte ${bytes} of ${announced}`;
      throw new DownloadFailure(reason, { canRetry: true, isOfHost: true });
    }
  }
}

/** null: not packed. */
const UNPACKERS: ReadonlyMap<string, (() => Transform) | null> = new Map([
  ['', null],
  ['identity', null],
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

function refusal(address: string): DownloadFailure {
  return new DownloadFailure(
    `it leads to the private address ${address}. If that is your own server, add --allow-private`,
  );
}
