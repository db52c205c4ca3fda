/**
 * First searches with a filter in an index in parts, by postings and by shards alone: recall among the items that match, and
 * bytes from the root on.
 */
import { readRoot } from '../../../src/core/parts/root.ts';
import type { ReadPart } from '../../../src/core/parts/shard-reader.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { PartsRetriever } from '../../../src/engine/parts/parts-retriever.ts';
import { makeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { type PartsWriter, writeParts } from '../../../src/node/build/index/parts/write-parts.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { sha256 } from '../../../src/node/files/sha256.ts';
import { best, K, type Vectors } from './vectors.ts';

export interface FilteredRow {
  readonly filter: string;
  /** Of the items that match. */
  readonly share: number;
  readonly by: 'postings' | 'shards';
  readonly recall10: number;
  /** Means. */
  readonly bytes: number;
  readonly bytes95: number;
  readonly requests: number;
  readonly ms: number;
}

export interface Filtered {
  readonly rows: readonly FilteredRow[];
  /** With postings. */
  readonly files: number;
  readonly postingFiles: number;
  readonly postingBytes: number;
}

const QUERIES = 200;
/** Values of each attribute, all equally common. Those of the last are by look: similar items tend to have the same. */
const ATTRIBUTES = { rare: 100, uncommon: 20, common: 5, look: 5 } as const;
type Name = keyof typeof ATTRIBUTES;
const NAMES = Object.keys(ATTRIBUTES) as Name[];

export async function filteredSearch(vectors: Vectors, recall: number): Promise<Filtered> {
  const { base, count, dimension } = vectors;
  const parts = await makeParts(rowSourceOf(base, dimension), { recall });
  if (!parts) throw new Error(`No shards have a recall of ${recall}.`);
  const values = valuesOf(vectors);
  const ids = Array.from({ length: count }, (_, row) => `p${String(row).padStart(6, '0')}`);
  const items = ids.map((id, row) => ({
    ...{ id, image: `${id}.jpg` },
    attributes: Object.fromEntries(NAMES.map((name) => [name, `${name} ${values[name][row]}`])),
  }));
  const files = new Map<string, Uint8Array>();
  const add = (name: string, bytes: Uint8Array) => {
    const hash = sha256(bytes);
    files.set(name || hash.slice(0, 24), bytes);
    return { file: name, bytes: bytes.length, sha256: hash };
  };
  let postingFiles = 0;
  let postingBytes = 0;
  const writer: PartsWriter = {
    async write(role, _, bytes) {
      if (role.startsWith('posting')) {
        postingFiles++;
        postingBytes += bytes.length;
      }
      return add('', bytes);
    },
    writeAs: async (name, bytes) => add(name, bytes),
  };
  const info = await writeParts(parts, items, writer);
  const rootBytes = files.get(info.root.sha256.slice(0, 24)) as Uint8Array;
  const root = readRoot(rootBytes, 'root');
  const rows: FilteredRow[] = [];
  for (const name of NAMES) {
    for (const by of ['postings', 'shards'] as const) {
      const results: Record<'bytes' | 'requests' | 'ms' | 'recall', number>[] = [];
      for (const [q, query] of vectors.queries.slice(0, QUERIES).entries()) {
        const value = q % ATTRIBUTES[name];
        const own = values[name];
        const wanted = nearestOf(vectors, query, (row) => own[row] === value);
        let [bytes, requests] = [rootBytes.length, 1];
        const readPart: ReadPart = async (_, ref) => {
          bytes += ref.bytes;
          requests++;
          return files.get(ref.hash) as Uint8Array;
        };
        const retriever = new PartsRetriever({
          ...{ count, dimension, hasCopies: false, readPart },
          postings: by === 'postings' ? (info.postings ?? null) : null,
          root: async () => root,
          titles: async () => [],
          detailsAt: async () => [],
          isReplaced: async () => false,
        });
        const from = performance.now();
        const found = await retriever.nearest(query, {
          ...{ k: K, ef: 1, exact: false, everyMatch: false },
          filter: { [name]: `${name} ${value}` },
          minScore: Number.NEGATIVE_INFINITY,
        });
        const ms = performance.now() - from;
        const hits = found.rows.filter(({ row }) => wanted.includes(Number(row.id.slice(1))));
        results.push({ bytes, requests, ms, recall: hits.length / K });
      }
      const mean = (of: keyof (typeof results)[number]) =>
        results.reduce((sum, result) => sum + result[of], 0) / results.length;
      const sorted = results.map(({ bytes }) => bytes).sort((a, b) => a - b);
      rows.push({
        ...{ filter: name, share: 1 / ATTRIBUTES[name], by, recall10: mean('recall') },
        ...{ bytes: mean('bytes'), requests: mean('requests'), ms: mean('ms') },
        bytes95: sorted[Math.floor(0.95 * sorted.length)] as number,
      });
    }
  }
  return { rows, files: files.size, postingFiles, postingBytes };
}

/** For each attribute the value of each row. */
function valuesOf({ base, count, dimension }: Vectors): Record<Name, Uint8Array> {
  const random = seededRandom(5);
  const shuffled = (values: number) => {
    const list = Uint8Array.from({ length: count }, (_, row) => row % values);
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [list[i], list[j]] = [list[j] as number, list[i] as number];
    }
    return list;
  };
  // By the product with a random row: fifths of the catalogue.
  const first = Math.floor(random() * count) * dimension;
  const products = Float32Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let i = 0; i < dimension; i++) {
      sum += (base[row * dimension + i] as number) * (base[first + i] as number);
    }
    return sum;
  });
  const order = Uint32Array.from({ length: count }, (_, row) => row).sort(
    (a, b) => (products[a] as number) - (products[b] as number),
  );
  const look = new Uint8Array(count);
  order.forEach((row, i) => {
    look[row] = Math.floor((i * ATTRIBUTES.look) / count);
  });
  const { rare, uncommon, common } = ATTRIBUTES;
  return { rare: shuffled(rare), uncommon: shuffled(uncommon), common: shuffled(common), look };
}

function nearestOf(
  { base, count, dimension }: Vectors,
  query: Float32Array,
  isMatch: (row: number) => boolean,
): number[] {
  return best(count, (row) => {
    if (!isMatch(row)) return Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let i = 0, at = row * dimension; i < dimension; i++) {
      sum += (base[at + i] as number) * (query[i] as number);
    }
    return sum;
  });
}
