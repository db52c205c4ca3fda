/** The peers that run in Node. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadHnswlib } from '../../../src/node/build/graph/hnswlib.ts';
import { VERSIONS } from './install.ts';
import type { Peer } from './peer.ts';

const TEN = 10;
/** As hnswlib's own examples and the catalogue's graphs have them. */
const GRAPH = { connections: 16, construction: 200, ef: 64 };

const rowsIn = (vectors: Float32Array, dimension: number) =>
  Array.from({ length: vectors.length / dimension }, (_, row) =>
    vectors.slice(row * dimension, (row + 1) * dimension),
  );

/** The library that builds Soutu's graphs. */
export const hnswlibPeer: Peer = {
  ...{ name: 'hnswlib-wasm, f32', version: '0.8.2', runs: 'WebAssembly' },
  async build(vectors, dimension) {
    const library = await loadHnswlib();
    const index = library.create(dimension);
    const rows = rowsIn(vectors, dimension);
    index.initIndex(rows.length, GRAPH.connections, GRAPH.construction, 1);
    for (const [row, vector] of rows.entries()) index.addPoint(vector, row, false);
    const { length } = await library.save(index);
    index.setEfSearch(GRAPH.ef);
    return {
      bytes: length,
      // It reads files from IndexedDB only, which Node does not have: this searches what was built.
      load: async () => ({
        search: (query) => index.searchKnn(query, TEN, undefined).neighbors,
        close: () => index.delete(),
      }),
    };
  },
};

interface UsearchIndex {
  add(keys: BigUint64Array, vectors: Float32Array): void;
  search(query: Float32Array, k: number, threads: number): { keys: BigUint64Array };
  save(path: string): void;
  load(path: string): void;
}

interface Usearch {
  readonly Index: new (options: Record<string, unknown>) => UsearchIndex;
}

export function usearchPeer(modules: string, folder: string, form: 'f32' | 'f16' | 'i8'): Peer {
  return {
    ...{ name: `usearch, ${form}`, version: VERSIONS.usearch, runs: 'native code' },
    async build(vectors, dimension) {
      const { Index } = (await importFrom(
        modules,
        'usearch/javascript/dist/esm/usearch.js',
      )) as Usearch;
      const options = {
        ...{ metric: 'cos', dimensions: dimension, quantization: form },
        connectivity: GRAPH.connections,
        ...{ expansion_add: GRAPH.construction, expansion_search: GRAPH.ef },
      };
      const index = new Index(options);
      const keys = BigUint64Array.from({ length: vectors.length / dimension }, (_, row) =>
        BigInt(row),
      );
      index.add(keys, vectors);
      const path = join(folder, `usearch-${form}`);
      index.save(path);
      return {
        bytes: (await readFile(path)).length,
        async load() {
          const loaded = new Index(options);
          loaded.load(path);
          return {
            search: (query) => Array.from(loaded.search(query, TEN, 1).keys, Number),
          };
        },
      };
    },
  };
}

interface VoyIndex {
  serialize(): string;
  search(query: Float32Array, k: number): { neighbors: { id: string }[] };
  free(): void;
}

interface Voy {
  readonly Voy: {
    new (resource: { embeddings: unknown[] }): VoyIndex;
    deserialize(text: string): VoyIndex;
  };
  __wbg_set_wasm(exports: unknown): void;
}

export function voyPeer(modules: string): Peer {
  return {
    ...{ name: 'voy, f32', version: VERSIONS['voy-search'], runs: 'WebAssembly' },
    async build(vectors, dimension) {
      // Its entry point imports the WebAssembly file as only bundlers can.
      const voy = (await importFrom(modules, 'voy-search/voy_search_bg.js')) as Voy;
      const code = await readFile(join(modules, 'voy-search/voy_search_bg.wasm'));
      const { WebAssembly: api } = globalThis as unknown as {
        WebAssembly: {
          instantiate(
            bytes: Uint8Array,
            imports: object,
          ): Promise<{ instance: { exports: object } }>;
        };
      };
      const { instance } = await api.instantiate(code, { './voy_search_bg.js': voy });
      voy.__wbg_set_wasm(instance.exports);
      const embeddings = rowsIn(vectors, dimension).map((vector, row) => ({
        ...{ id: String(row), title: '', url: '' },
        embeddings: [...vector],
      }));
      const index = new voy.Voy({ embeddings });
      const text = index.serialize();
      index.free();
      return {
        bytes: Buffer.byteLength(text),
        async load() {
          const loaded = voy.Voy.deserialize(text);
          return {
            search: (query) => loaded.search(query, TEN).neighbors.map(({ id }) => Number(id)),
            close: () => loaded.free(),
          };
        },
      };
    },
  };
}

interface Orama {
  create(options: object): unknown;
  insertMultiple(db: unknown, rows: readonly object[]): Promise<unknown>;
  searchVector(db: unknown, options: object): Promise<{ hits: { document: { row: number } }[] }>;
  save(db: unknown): unknown;
  load(db: unknown, raw: unknown): void;
}

export function oramaPeer(modules: string): Peer {
  return {
    ...{ name: 'Orama, f32', version: VERSIONS['@orama/orama'], runs: 'JavaScript' },
    async build(vectors, dimension) {
      const orama = (await importFrom(modules, '@orama/orama/dist/esm/index.js')) as Orama;
      const schema = { row: 'number', vector: `vector[${dimension}]` };
      const db = orama.create({ schema });
      const rows = rowsIn(vectors, dimension).map((vector, row) => ({ row, vector: [...vector] }));
      await orama.insertMultiple(db, rows);
      const text = JSON.stringify(orama.save(db));
      return {
        bytes: Buffer.byteLength(text),
        async load() {
          const loaded = orama.create({ schema });
          orama.load(loaded, JSON.parse(text));
          return {
            async search(query) {
              const vector = { value: [...query], property: 'vector' };
              const { hits } = await orama.searchVector(loaded, {
                ...{ vector, similarity: 0, limit: TEN },
              });
              return hits.map(({ document }) => document.row);
            },
          };
        },
      };
    },
  };
}

function importFrom(modules: string, path: string): Promise<unknown> {
  return import(pathToFileURL(join(modules, path)).href);
}
