/** A bundle in memory with seeded vectors, and the oracle of every search in it. */
import { vi } from 'vitest';
import { writeArchive } from '../../src/core/bundle/archive.ts';
import { writeColumns } from '../../src/core/bundle/columns.ts';
import { cutByContent } from '../../src/core/bundle/cut.ts';
import { writeDetails } from '../../src/core/bundle/details.ts';
import { writeGraphShards } from '../../src/core/bundle/graph.ts';
import type { RowBytes } from '../../src/core/bundle/row-files.ts';
import type { BundleSource } from '../../src/core/bundle/source.ts';
import { asStored, writeVectors } from '../../src/core/bundle/vectors.ts';
import type { NumberRange, SearchOptions } from '../../src/core/contract.ts';
import { MissingFileError } from '../../src/core/errors.ts';
import type { IndexedItem } from '../../src/core/item.ts';
import type { ModelSpec } from '../../src/core/model/spec.ts';
import { encodeBase64, encodeFloats } from '../../src/core/text.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import { type Runtimes, SearchEngine } from '../../src/engine/search-engine.ts';
import { buildGraph } from '../../src/node/build/graph/build-graph.ts';
import { codeFiles, type MadeCodes } from '../../src/node/build/index/make-codes.ts';
import { tinyModel } from '../support/model-spec.ts';
import { clusteredVectors, plainSearch } from '../support/vectors.ts';

export const COUNT = 400;
export const DIMENSION = 16;
export const THRESHOLDS = { match: 0.6, related: 0.3 };
export const SOFT_THRESHOLDS = { match: 0.7, related: 0.4 };
export const COLOURS = ['red', 'blue', 'green'];

/** Titles, and the words that a plain keyboard finds them by. */
const TITLES = [
  ['Blue bowl', 'blue bowl'],
  ['CAFÉ table', 'cafe table'],
  ['Jug, from Łódź', 'jug from lodz'],
] as const;

export const items = Array.from(
  { length: COUNT },
  (_, row): IndexedItem => ({
    id: `item-${String(row).padStart(3, '0')}`,
    image: `${row}.jpg`,
    ...(row % 5 === 0 ? {} : { group: `g${row % 70}` }),
    ...(row % 4 === 3 ? {} : { title: TITLES[row % 4]?.[0] ?? '' }),
    attributes: {
      colour: COLOURS[row % 3] ?? '',
      ...(row % 6 === 0 ? {} : { price: (row * 7) % 50 }),
      ...(row % 40 === 0 ? { rare: 'yes' } : {}),
    },
  }),
);
export const idOf = (row: number) => items[row]?.id ?? '';

// Plain arithmetic: what the catalogue has in common is in every embedding and in no stored vector.
export const CENTRE = Float32Array.from({ length: DIMENSION }, (_, i) => (i % 4) / 4);
export const plain = clusteredVectors(COUNT, DIMENSION, 40, 3).map(
  (x, i) => x + (CENTRE[i % DIMENSION] ?? 0),
);
export const plainOf = (row: number) => plain.slice(row * DIMENSION, (row + 1) * DIMENSION);
export function lessCentre(vector: Float32Array): Float32Array {
  const rest = Array.from(vector, (x, i) => x - (CENTRE[i] ?? 0));
  const length = Math.sqrt(rest.reduce((sum, x) => sum + x * x, 0));
  return Float32Array.from(rest, (x) => x / length);
}
const centred = new Float32Array(COUNT * DIMENSION);
for (let row = 0; row < COUNT; row++) centred.set(lessCentre(plainOf(row)), row * DIMENSION);
export const stored = asStored(centred, DIMENSION);

function hasWords(row: number, text: string): boolean {
  const values = Object.values(items[row]?.attributes ?? {}).map(String);
  const words = [...(TITLES[row % 4]?.[1].split(' ') ?? []), ...values];
  const wanted = text.split(' ').filter((word) => word !== '');
  const last = wanted.pop();
  return (
    wanted.every((word) => words.includes(word)) &&
    (last === undefined || words.some((word) => word.startsWith(last)))
  );
}

/** The oracle: one loop over the plain sorted list. */
export function plainAnswer(
  unit: Float32Array,
  options: SearchOptions,
  own: number | readonly number[] = [],
) {
  const groups = new Map<string, { id: string; score: number; more: string[] }>();
  const ownRows = [own].flat();
  const ownGroups = ownRows.map((row) => items[row]?.group ?? idOf(row));
  for (const { row, score } of plainSearch(stored, unit)) {
    const { id, group = id, attributes } = items[row] as IndexedItem;
    const wanted = Object.entries(options.filter ?? {}).every(([name, condition]) => {
      const value = attributes?.[name];
      if (typeof condition !== 'object' || Array.isArray(condition)) {
        return [condition].flat().includes(value as string);
      }
      const { gte = -1e9, lte = 1e9 } = condition as NumberRange;
      return typeof value === 'number' && gte <= value && value <= lte;
    });
    if (!wanted || !hasWords(row, options.text ?? '')) continue;
    if (ownRows.includes(row) || score < (options.minScore ?? -1)) continue;
    if (options.group && ownGroups.includes(group)) continue;
    const key = options.group ? group : id;
    const known = groups.get(key);
    if (known) known.more.push(id);
    else groups.set(key, { id, score, more: [] });
  }
  const { from = 0, size = 10 } = options;
  const all = [...groups.values()];
  return {
    total: all.length,
    matches: all.filter(({ score }) => score >= THRESHOLDS.match).length,
    bestScore: all.length > 0 ? Math.max(...all.map(({ score }) => score)) : null,
    hits: all.slice(from, from + size),
  };
}

/** Its embedding is the row that the first two bytes name: what photos give is tested elsewhere. */
export const photoOf = (row: number) => ({
  width: 1,
  height: 1,
  data: Uint8Array.of(row % 256, Math.floor(row / 256), 0, 255),
});
export const embedderOf = (spec: ModelSpec) => ({
  engine: 'fake',
  spec,
  embed: vi.fn<Embedder['embed']>(async ({ data }) =>
    plainOf((data[0] ?? 0) + 256 * (data[1] ?? 0)),
  ),
  dispose: vi.fn(async () => undefined),
});

const graphFiles = writeGraphShards(await buildGraph(stored, DIMENSION));

/** Several files of each kind. */
export const RANGES = cutByContent(
  items.map(({ id }) => id),
  128,
);

export interface Changes {
  /** Other attributes than those of `items`, by row. */
  readonly attributesOf?: (row: number) => NonNullable<IndexedItem['attributes']>;
  readonly centre?: string | null;
  readonly graph?: Uint8Array[];
  /** Vectors for soft photos, as `stored`. */
  readonly soft?: Float32Array;
  /** Codes of `stored` instead of these vectors. */
  readonly codes?: MadeCodes;
  /** A graph beside the codes; default: none. */
  readonly isLinked?: boolean;
  /** Row of the canary's picture and of the vector that it must give. */
  readonly canary?: readonly [picture: number, vector: number];
}

export function memoryBundle({
  centre = encodeFloats(CENTRE),
  graph = graphFiles,
  canary,
  soft,
  codes,
  isLinked = !codes,
  attributesOf,
}: Changes = {}) {
  const files = new Map<string, Uint8Array>();
  const refs = (name: string, list: Uint8Array[]) =>
    list.map((bytes, i) => {
      const file = `${name}-${i}`;
      files.set(file, bytes);
      return { file, bytes: bytes.length, sha256: '00'.repeat(32) };
    });
  const rowFiles = (name: string, list: readonly RowBytes[]) =>
    list.map(({ bytes, first, rows }, i) => ({ ...refs(`${name}-${i}`, [bytes])[0], first, rows }));
  const manifest = {
    format: 'soutu-bundle',
    version: codes ? 4 : 3,
    model: {
      ...tinyModel(DIMENSION, refs('weights', [Uint8Array.of(1)])),
      canary: canary
        ? {
            width: 1,
            height: 1,
            rgb: encodeBase64(photoOf(canary[0]).data.subarray(0, 3)),
            vector: encodeFloats(plainOf(canary[1])),
            minCosine: 0.999,
          }
        : null,
    },
    items: {
      count: COUNT,
      columns: rowFiles(
        'columns',
        writeColumns(
          attributesOf
            ? items.map((item, row) => ({ ...item, attributes: attributesOf(row) }))
            : items,
          RANGES,
        ),
      ),
      details: rowFiles('details', writeDetails(items, RANGES)),
    },
    index: {
      type: codes ? 'codes' : graph.length > 0 ? 'hnsw' : 'flat',
      dimension: DIMENSION,
      metric: 'cosine',
      centre,
      calibration: THRESHOLDS,
      vectors: codes
        ? rowFiles('codes', codeFiles(codes))
        : rowFiles('vectors', writeVectors(stored, DIMENSION, RANGES)),
      ...(codes && {
        codes: {
          space: refs('space', [codes.spaceBytes])[0],
          recall10: codes.recall10,
          error: codes.error,
        },
      }),
      ...(soft && {
        soft: {
          vectors: rowFiles('soft', writeVectors(soft, DIMENSION, RANGES)),
          calibration: SOFT_THRESHOLDS,
        },
      }),
      ...(graph.length > 0 && isLinked ? { graph: refs('graph', graph) } : {}),
    },
    archive: rowFiles(
      'archive',
      writeArchive({ ids: items.map(({ id }) => id), vectors: plain }, DIMENSION, RANGES),
    ),
    cut: { vectors: 128, columns: 128, details: 128 },
  };
  const source = {
    where: 'b',
    manifest: vi.fn<BundleSource['manifest']>(async () => manifest),
    read: vi.fn<BundleSource['read']>(async ({ file }) => {
      const bytes = files.get(file);
      if (!bytes) throw new MissingFileError(`b/${file}: not there`);
      return bytes;
    }),
  };
  return { source, files, manifest };
}

export const open = (parts: Partial<Runtimes> = {}, changes?: Changes) =>
  SearchEngine.open(memoryBundle(changes).source, {
    embeddersFor: (spec) => [async () => embedderOf(spec)],
    ...parts,
  });
export const idsOf = ({ hits }: { hits: readonly { id: string }[] }) => hits.map(({ id }) => id);
