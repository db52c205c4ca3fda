/** An index in parts in memory, and the plain loop over its codes that its answers are compared with. */

import { readDetails, readTitles } from '../../../src/core/bundle/details.ts';
import { MissingFileError } from '../../../src/core/errors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import type { BlockRole } from '../../../src/core/parts/blocks.ts';
import { LayeredCoder } from '../../../src/core/parts/layers.ts';
import { readRoot } from '../../../src/core/parts/root.ts';
import {
  RowsByPosition,
  type RowsByPositionSource,
} from '../../../src/core/parts/rows-by-position.ts';
import type { ReadPart } from '../../../src/core/parts/shard-reader.ts';
import { PartsRetriever } from '../../../src/engine/parts/parts-retriever.ts';
import type { PartsSettings, PartsSource } from '../../../src/engine/parts/parts-source.ts';
import type { MadeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { writeParts } from '../../../src/node/build/index/parts/write-parts.ts';
import { sha256 } from '../../../src/node/files/sha256.ts';

export interface MemoryParts {
  /** By role and the first 24 digits of their hash. */
  readonly files: Map<string, Uint8Array>;
  readonly source: PartsSource;
  /** Files that were read, in order. */
  readonly reads: string[];
  open(settings?: PartsSettings, changes?: Partial<PartsSource>): PartsRetriever;
}

export async function memoryParts(
  made: MadeParts,
  items: readonly IndexedItem[],
): Promise<MemoryParts> {
  const files = new Map<string, Uint8Array>();
  const info = await writeParts(made, items, {
    async write(role, _, bytes) {
      const hash = sha256(bytes);
      files.set(`${role}-${hash.slice(0, 24)}`, bytes);
      return { file: `${role}-${hash.slice(0, 16)}.bin`, bytes: bytes.length, sha256: hash };
    },
    async writeAs(file, bytes) {
      files.set(file, bytes);
      return { file, bytes: bytes.length, sha256: sha256(bytes) };
    },
  });
  const reads: string[] = [];
  const readPart: ReadPart = async (role, { hash, bytes }) => {
    const name = `${role}-${hash}`;
    reads.push(name);
    const file = files.get(name);
    if (!file) throw new MissingFileError(`${name}: not there`);
    if (file.length !== bytes) throw new Error(`${name} has ${file.length} bytes, not ${bytes}`);
    return file;
  };
  const root = readRoot(files.get(`parts-${info.root.sha256.slice(0, 24)}`) as Uint8Array, 'root');
  const placed = <Row>(role: BlockRole, decode: RowsByPositionSource<Row>['decode']) =>
    new RowsByPosition({
      ...{ role, sets: info[role], decode, where: 'memory' },
      read: async ({ file }) => files.get(file) as Uint8Array,
    });
  const details = placed('details', readDetails);
  const source: PartsSource = {
    ...{ count: made.count, dimension: root.layers.fine.dimension, hasCopies: info.copies },
    root: async () => root,
    postings: info.postings ?? null,
    readPart,
    titles: () => placed('titles', readTitles).all(),
    detailsAt: (positions) => details.at(positions),
    isReplaced: async () => false,
  };
  return {
    ...{ files, source, reads },
    open: (settings, changes) => new PartsRetriever({ ...source, ...changes }, settings),
  };
}

/** The score of every row by both layers of codes, best first; among equal scores the lower row. */
export function plainScores(made: MadeParts, unit: Float32Array) {
  const { layers, coarse, fine, order } = made;
  const query = new LayeredCoder(layers).code(unit);
  const width = layers.columns.length;
  const all = Array.from(order, (row, position) => {
    let first = 0;
    let second = 0;
    query.coarse.weights.forEach((w, c) => {
      first += w * (coarse[position * width + c] as number);
    });
    query.fine.weights.forEach((w, c) => {
      second += w * (fine[position * layers.fine.columns + c] as number);
    });
    const score = query.coarse.offset + query.coarse.unit * first + query.fine.unit * second;
    return { row, score };
  });
  return all.sort((a, b) => b.score - a.score || a.row - b.row);
}
