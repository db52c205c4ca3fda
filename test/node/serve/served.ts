/** A service over bundles in memory, on a real HTTP server. */

import { onTestFinished } from 'vitest';
import { ReleaseGoneError } from '../../../src/core/errors.ts';
import { encodeBase64 } from '../../../src/core/text.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import type { SearchEngine } from '../../../src/engine/search-engine.ts';
import { releaseOf } from '../../../src/node/serve/folder-store.ts';
import { createHandler, type HandlerOptions } from '../../../src/node/serve/handler/handler.ts';
import type { LogEntry } from '../../../src/node/serve/handler/log.ts';
import { serveHandler } from '../../../src/node/serve/node-server.ts';
import type { ReleaseInfo, Store } from '../../../src/node/stores/store.ts';
import { type Changes, open } from '../../engine/memory-bundle.ts';

/** A store of read-only releases, each of them a bundle in memory. */
export class BundlesStore implements Store {
  readonly kind = 'memory';
  readonly label = 'memory://test';
  /** What every request of a retriever waits for. */
  wait: () => Promise<unknown> = async () => undefined;
  /** Rejects every request while it is set. */
  broken: Error | null = null;
  /** Retrievers that were handed out and not disposed of. */
  opened = 0;
  /** Calls of `current`. */
  looks = 0;
  readonly #releases = new Map<string, { info: ReleaseInfo; engine: SearchEngine }>();
  #current: string | null = null;

  async publish(release: string, changes?: Changes): Promise<SearchEngine> {
    const engine = await open({}, changes);
    await this.put(release, engine);
    return engine;
  }

  async put(release: string, engine: SearchEngine): Promise<void> {
    const info = await releaseOf(release, engine);
    this.#releases.set(release, { info, engine });
    this.#current = release;
  }

  /** Holds every request of a retriever until the function that it gives is called. */
  hold(): () => void {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.wait = () => opened;
    return open;
  }

  plan = () => 'bundles in memory';
  begin = () => Promise.reject(new Error('read-only'));
  close = async () => undefined;

  async drop(release: string): Promise<void> {
    this.#releases.delete(release);
  }

  async current(): Promise<ReleaseInfo | null> {
    this.looks++;
    if (this.broken) throw this.broken;
    return this.#current === null ? null : this.#release(this.#current).info;
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    return [...this.#releases.values()].map(({ info }) => info);
  }

  async retriever({ release }: ReleaseInfo): Promise<Retriever> {
    const { retriever } = this.#release(release).engine;
    this.opened++;
    const pinned = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.wait();
      if (this.broken) throw this.broken;
      this.#release(release);
      return work();
    };
    const { count, dimension, can, hasCopies = false } = retriever;
    return {
      ...{ count, dimension, can, hasCopies },
      nearest: (...args) => pinned(() => retriever.nearest(...args)),
      get: (...args) => pinned(() => retriever.get(...args)),
      items: (...args) => pinned(() => retriever.items(...args)),
      facets: () => retriever.facets(),
      numeric: () => retriever.numeric(),
      dispose: () => {
        this.opened--;
      },
    };
  }

  #release(name: string) {
    const release = this.#releases.get(name);
    if (release) return release;
    throw new ReleaseGoneError(`memory://test: release ${name} was dropped.`);
  }
}

/** A service over the bundle of test/engine/memory-bundle.ts; it stops when the test ends. */
export async function served(options: Partial<HandlerOptions> = {}, changes?: Changes) {
  const store = new BundlesStore();
  const engine = await store.publish('r1', changes);
  const log: LogEntry[] = [];
  const handler = createHandler({
    store,
    rate: 0,
    log: (entry) => log.push(entry),
    ...options,
  });
  const server = await serveHandler(handler, { port: 0, host: '127.0.0.1', timeoutMs: 2000 });
  // Not waited for: clients of idle connections have half a second for their next request.
  onTestFinished(() => void server.close());
  const release = (await store.current()) as ReleaseInfo;
  const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...{ store, engine, handler, server, log, release, ask }, url: server.url };
}

/** `vector` of a request. */
export function f32(vector: Float32Array): { f32: string } {
  return { f32: encodeBase64(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)) };
}
