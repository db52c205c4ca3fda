/**
 * Files of kind `graph`: the links of an HNSW graph (Malkov & Yashunin 2016, arXiv 1603.09320). The vectors are in
 * files of their own. Rows with equal vectors share one node:
 *
 *     row     0   1   2   3   4   5        nodes are in the order of their first rows;
 *     vector  a   b   a   c   b   a        the other rows are listed as twins:
 *     node    0   1   ·   2   ·   ·        twinNodes 0 0 1, twinRows 2 5 4
 *
 * Each file is a container (magic, version: src/core/container.ts) with a range of nodes. The header fields are
 * `layout`, `count` (nodes in all files), `first` and `rows` (the nodes of this file), and the shape of the graph:
 * `rowCount`, `dimension`, `M`, `efConstruction`, `entryPoint`, `maxLevel`. The sections:
 *
 *     levels   u8 [nodes]    highest layer of each node
 *     base     u8 [bytes]    for each node the number of its links on layer 0, then the linked nodes in ascending order:
 *                            the first one, and the differences of the others. All as varints (varint.ts): two bytes
 *                            for most links of 20,000 nodes
 *     upper    u8 [bytes]    the same for layers 1 … level of each node
 *     twins    u8 [bytes]    for each node the number of its twins, then their rows in the same way
 */
import { concat } from '../concat.ts';
import { type Container, countOf, sectionOf, writeContainer } from '../container.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { putVarintAt, VarintReader, varintLength } from '../varint.ts';
import { checkGraph } from './check-graph.ts';
import type { HnswGraph } from './hnsw-graph.ts';
import { MAX_FILE_BYTES } from './row-files.ts';
import { readShards, splitRows } from './shards.ts';

export type { HnswGraph } from './hnsw-graph.ts';

const KIND = 'graph';
/** Layout 1 had one node per row and no `layout` field; layout 2 had links of four bytes. */
const LAYOUT = 3;
const SHAPE = [
  'count',
  'rowCount',
  'dimension',
  'M',
  'efConstruction',
  'entryPoint',
  'maxLevel',
] as const;

/** @param graph the links of a node on a layer, and the twins of a node, are ascending */
export function writeGraphShards(graph: HnswGraph, maxBytes = MAX_FILE_BYTES): Uint8Array[] {
  const { count, levels } = graph;
  const base = encodeLists(graph.baseLinks, graph.baseCounts);
  const upper = encodeLists(graph.upperLinks, graph.upperCounts);
  const twinCounts = new Uint32Array(count);
  for (const node of graph.twinNodes) twinCounts[node] = (twinCounts[node] as number) + 1;
  const twins = encodeLists(graph.twinRows, twinCounts);
  const layers = startsOf(levels);
  const layerOf = (node: number) => layers[node] as number;
  const bytesOf = (node: number) =>
    1 +
    base.span(node, node + 1) +
    upper.span(layerOf(node), layerOf(node + 1)) +
    twins.span(node, node + 1);
  const meta = Object.fromEntries(SHAPE.map((name) => [name, graph[name]]));
  return splitRows(count, bytesOf, maxBytes).map(([first, end]) => {
    const parts = {
      levels: levels.subarray(first, end),
      base: base.cut(first, end),
      upper: upper.cut(layerOf(first), layerOf(end)),
      twins: twins.cut(first, end),
    };
    return writeContainer({
      kind: KIND,
      meta: { layout: LAYOUT, ...meta, first, rows: end - first },
      sections: Object.entries(parts).map(([name, data]) => ({
        ...{ name, data },
        ...({ dtype: 'u8', shape: [data.length] } as const),
      })),
    });
  });
}

/**
 * @param names the files' names, for errors
 * @throws SoutuError `BundleError`
 */
export function readGraphShards(files: readonly Uint8Array[], names: readonly string[]): HnswGraph {
  const shards = readShards(files, names, KIND);
  const whereOf = (i: number) => names[i] ?? KIND;
  for (const [i, { meta }] of shards.entries()) {
    if (meta.layout !== LAYOUT) {
      throw new SoutuError(
        'BundleError',
        `${whereOf(i)}: graph layout ${describe(meta.layout)}, expected ${LAYOUT}. Build the bundle again.`,
      );
    }
  }
  const shape = Object.fromEntries(
    SHAPE.map((name) => [name, countOf(shards[0] as Container, name, whereOf(0))]),
  ) as Record<(typeof SHAPE)[number], number>;
  shards.forEach((shard, i) => {
    for (const name of SHAPE) {
      const got = countOf(shard, name, whereOf(i));
      if (got !== shape[name]) {
        throw new SoutuError(
          'BundleError',
          `${whereOf(i)}: "${name}" is ${got}, the first file says ${shape[name]}. ` +
            'Build the bundle again.',
        );
      }
    }
  });
  const parts = shards.map((shard, i) => {
    const where = whereOf(i);
    const section = (name: string) => sectionOf(shard, name, 'u8', where);
    const rows = countOf(shard, 'rows', where);
    const levels = section('levels');
    if (levels.length !== rows) {
      throw new SoutuError(
        'BundleError',
        `${where}: expected ${rows} levels, got ${levels.length}. Build the bundle again.`,
      );
    }
    const lists = (name: string, count: number) => decodeLists(section(name), count, where, name);
    const layers = levels.reduce((sum, level) => sum + level, 0);
    const first = countOf(shard, 'first', where);
    const twins = lists('twins', rows);
    return {
      ...{ levels, base: lists('base', rows), upper: lists('upper', layers) },
      twinRows: twins.values,
      twinNodes: Uint32Array.from(nodesOf(twins.counts, first)),
    };
  });
  const joined = <T>(pick: (part: (typeof parts)[number]) => T): T[] => parts.map(pick);
  const graph: HnswGraph = {
    ...shape,
    levels: concat(
      Uint8Array,
      joined(({ levels }) => levels),
    ),
    baseCounts: concat(
      Uint16Array,
      joined(({ base }) => base.counts),
    ),
    baseLinks: concat(
      Uint32Array,
      joined(({ base }) => base.values),
    ),
    upperCounts: concat(
      Uint16Array,
      joined(({ upper }) => upper.counts),
    ),
    upperLinks: concat(
      Uint32Array,
      joined(({ upper }) => upper.values),
    ),
    twinNodes: concat(
      Uint32Array,
      joined(({ twinNodes }) => twinNodes),
    ),
    twinRows: concat(
      Uint32Array,
      joined(({ twinRows }) => twinRows),
    ),
  };
  checkGraph(graph, shards.length > 1 ? `${whereOf(0)} to ${names.at(-1)}` : whereOf(0));
  return graph;
}

/** A node for each of its twins. */
function* nodesOf(counts: Uint16Array, first: number): Generator<number> {
  for (let i = 0; i < counts.length; i++) {
    for (let left = counts[i] as number; left > 0; left--) yield first + i;
  }
}

/** Where each one's entries begin, and the end of the last. */
function startsOf(counts: ArrayLike<number>): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) {
    starts[i + 1] = (starts[i] as number) + (counts[i] as number);
  }
  return starts;
}

/** Lists of ascending numbers as varints: the length, the first number, and differences. */
function encodeLists(values: Uint32Array, counts: ArrayLike<number>) {
  const ends = new Uint32Array(counts.length + 1);
  const visit = (put: (n: number) => void, done: (list: number) => void) => {
    for (let list = 0, at = 0; list < counts.length; list++) {
      const end = at + (counts[list] as number);
      put(end - at);
      for (let before = 0; at < end; at++) {
        put((values[at] as number) - before);
        before = values[at] as number;
      }
      done(list);
    }
  };
  let size = 0;
  visit(
    (n) => {
      size += varintLength(n);
    },
    (list) => {
      ends[list + 1] = size;
    },
  );
  const bytes = new Uint8Array(size);
  let to = 0;
  visit(
    (n) => {
      to = putVarintAt(bytes, to, n);
    },
    () => undefined,
  );
  const at = (list: number) => ends[list] as number;
  return {
    span: (first: number, end: number) => at(end) - at(first),
    cut: (first: number, end: number) => bytes.subarray(at(first), at(end)),
  };
}

/** @throws SoutuError `BundleError` */
function decodeLists(bytes: Uint8Array, lists: number, where: string, name: string) {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: "${name}" ${what} Build the bundle again.`);
  };
  // A list takes a byte at least, and so does a number.
  if (lists > bytes.length) bad(`has ${bytes.length} bytes for ${lists} lists.`);
  const counts = new Uint16Array(lists);
  const values = new Uint32Array(bytes.length - lists);
  const reader = new VarintReader(bytes);
  let to = 0;
  for (let list = 0; list < lists; list++) {
    const count = reader.next();
    if (count < 0 || count > 0xffff || count > values.length - to) bad('is damaged.');
    counts[list] = count;
    let value = 0;
    for (const end = to + count; to < end; to++) {
      const gap = reader.next();
      value += gap;
      if (gap < 0 || value >= 2 ** 32) bad('is damaged.');
      values[to] = value;
    }
  }
  if (!reader.isAtEnd) bad('is longer than its lists.');
  return { counts, values: values.slice(0, to) };
}
