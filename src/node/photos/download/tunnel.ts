/** Connections to https servers through a proxy (CONNECT, RFC 9110, 9.3.6). */
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { DownloadFailure, failureOf } from './failure.ts';
import { addressOf, authorizationOf } from './proxy.ts';

const CONNECT_MS = 30_000;

interface Target extends tls.ConnectionOptions {
  readonly host?: string;
  readonly port?: number;
}

export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: https.AgentOptions) {
    super({ keepAlive: true, ...options });
    this.#proxy = proxy;
  }

  override createConnection(
    target: Target,
    done?: (error: Error | null, socket: Duplex) => void,
  ): null {
    this.#connect(target).then(
      (socket) => done?.(null, socket),
      (error) => done?.(error as Error, undefined as unknown as Duplex),
    );
    return null;
  }

  #connect(target: Target): Promise<tls.TLSSocket> {
    const { host = '', port = 443 } = target;
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      const request = (this.#proxy.protocol === 'https:' ? https : http).request({
        ...addressOf(this.#proxy),
        method: 'CONNECT',
        path: authority,
        headers: { host: authority, ...authorizationOf(this.#proxy) },
        agent: false,
        timeout: CONNECT_MS,
      });
      request.on('connect', ({ statusCode = 0 }: http.IncomingMessage, socket: Socket) => {
        request.removeAllListeners('timeout');
        socket.setTimeout(0);
        if (statusCode === 200) {
          resolve(tls.connect({ ...target, socket }));
          return;
        }
        socket.destroy();
        reject(refusedByProxy(statusCode));
      });
      request.on('timeout', () => {
        request.destroy(new DownloadFailure('the proxy does not answer', { isOfHost: true }));
      });
      request.on('error', (error) => reject(faultOfProxy(error)));
      request.end();
    });
  }
}

export function refusedByProxy(status: number): DownloadFailure {
  return new DownloadFailure(
    status === 407
      ? 'the proxy asks for a user name and a password'
      : `the proxy refused the connection with status ${status}`,
    { canRetry: status >= 500, isOfHost: true },
  );
}

/** @param signal of the request: what stopped it counts */
export function faultOfProxy(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted || error instanceof DownloadFailure) return error;
  const { message, canRetry } = failureOf(error);
  return new DownloadFailure(`the proxy cannot be reached: ${message}`, {
    canRetry,
    isOfHost: true,
    cause: error,
  });
}
