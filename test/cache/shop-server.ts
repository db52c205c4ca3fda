/** A real server with a bundle for each test that imports this, and what reads from it. */
import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import type { Release } from '../../src/browser/worker-api.ts';
import { AssetCache } from '../../src/cache/asset-cache.ts';
import type { AssetStore } from '../../src/cache/asset-store.ts';
import { CachedSource } from '../../src/cache/cached-source.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import type { Manifest } from '../../src/core/bundle/manifest.ts';
import type { RowFile } from '../../src/core/bundle/row-files.ts';
import type { FileRef } from '../../src/core/file-ref.ts';
import { tinyModel } from '../support/model-spec.ts';

export let server: Server;
export let url: string;
export let store: AssetStore;
export let asked: string[];
/** path → bytes, or how to answer */
export let files: Map<string, Uint8Array | ((response: ServerResponse) => void)>;

beforeEach(async () => {
  files = new Map();
  asked = [];
  store = createMemoryStore();
  server = createServer((request, response) => {
    const path = (request.url ?? '').slice('/shop/'.length);
    asked.push(path);
    const file = files.get(path);
    if (typeof file === 'function') return file(response);
    response.statusCode = file ? 200 : 404;
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop/`;
});

afterEach(() => stop());

export const stop = () =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export const cache = () => new AssetCache(store, undefined, { retryMs: [], stallMs: 5000 });
export const source = (release: Release = 'newest') =>
  new CachedSource(url, cache(), { release, retryMs: [1, 1] });

export function put(file: string, text: string): FileRef {
  const bytes = Buffer.from(text);
  files.set(file, bytes);
  return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

export const putRow = (file: string, text: string): RowFile => ({
  ...put(file, text),
  first: 0,
  rows: 1,
});

/** Puts a release on the server; its files hold the given text. */
export function release(text: string): Manifest {
  const weights = put('weights.bin', 'the same in all releases');
  const manifest: Manifest = {
    format: 'soutu-bundle',
    version: 3,
    model: tinyModel(2, [weights]),
    items: {
      count: 1,
      columns: [putRow(`columns-${text}.json`, text)],
      details: [putRow(`details-${text}.json`, `${text} details`)],
    },
    index: {
      type: 'flat',
      dimension: 2,
      metric: 'cosine',
      centre: null,
      calibration: { match: 0, related: 0, matchFrom: 'photos', relatedFrom: 'catalogue' },
      vectors: [putRow(`vectors-${text}.bin`, `${text} vectors`)],
    },
    archive: [putRow(`archive-${text}.bin`, `${text} archive`)],
    cut: { vectors: 1, columns: 1, details: 1 },
  };
  put('manifest.json', JSON.stringify(manifest));
  return manifest;
}

export async function readAll(
  from: CachedSource,
  { items, index, model }: Manifest,
): Promise<string[]> {
  const refs = [...items.columns, ...items.details, ...index.vectors, ...model.weights.files];
  return Promise.all(refs.map(async (ref) => Buffer.from(await from.read(ref)).toString()));
}
