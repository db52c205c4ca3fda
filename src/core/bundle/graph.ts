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
 *     levels       u8  [nodes]          highest layer of each node
 *     baseCounts   u16 [nodes]          number of links of each node on layer 0 …
 *     baseLinks    u32 [Σ baseCounts]   … and the linked nodes, node by node
 *     upperCounts  u16 [Σ levels]       the same for layers 1 … level
 *     upperLinks   u32 [Σ upperCounts]
 *     twinNodes    u32 [twins]          ascending
 *     twinRows     u32 [twins]          ascending for each node
 */
import { concat } from '../concat.ts';
import { type Container, countOf, sectionOf, writeContainer } from '../container.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { checkGraph } from './check-graph.ts';
import type { HnswGraph } from './hnsw-graph.ts';
import { MAX_FILE_BYTES } from './row-files.ts';
import { readShards, splitRows } from './shards.ts';

export type { HnswGraph } from './hnsw-graph.ts';

const KIND = 'graph';
/** Layout 1 had one node per row, no twins and no `layout` field. */
const LAYOUT = 2;
const SECTIONS = [
  ['levels', 'u8'],
  ['baseCounts', 'u16'],
  ['baseLinks', 'u32'],
  ['upperCounts', 'u16'],
  ['upperLinks', 'u32'],
  ['twinNodes', 'u32'],
  ['twinRows', 'u32'],
] as const;
const SHAPE = [
  'count',
  'rowCount',
  'dimension',
  'M',
  'efConstruction',
  'entryPoint',
  'maxLevel',
] as const;

export function writeGraphShards(graph: HnswGraph, maxBytes = MAX_FILE_BYTES): Uint8Array[] {
  const starts = startsOf(graph);
  const span = (at: Uint32Array, node: number) => (at[node + 1] as number) - (at[node] as number);
  const bytesOf = (node: number) =>
    3 +
    4 * span(starts.base, node) +
    2 * span(starts.layer, node) +
    4 * span(starts.upper, node) +
    8 * span(starts.twin, node);
  const meta = Object.fromEntries(SHAPE.map((name) => [name, graph[name]]));
  return splitRows(graph.count, bytesOf, maxBytes).map(([first, end]) => {
    const cut = <T extends { subarray(a: number, b: number): T }>(data: T, at: Uint32Array): T =>
      data.subarray(at[first] as number, at[end] as number);
    const parts = {
      levels: graph.levels.subarray(first, end),
      baseCounts: graph.baseCounts.subarray(first, end),
      baseLinks: cut(graph.baseLinks, starts.base),
      upperCounts: cut(graph.upperCounts, starts.layer),
      upperLinks: cut(graph.upperLinks, starts.upper),
      twinNodes: cut(graph.twinNodes, starts.twin),
      twinRows: cut(graph.twinRows, starts.twin),
    };
    return writeContainer({
      kind: KIND,
      meta: { layout: LAYOUT, ...meta, first, rows: end - first },
      sections: SECTIONS.map(([name, dtype]) => ({
        name,
        dtype,
        shape: [parts[name].length],
        data: parts[name],
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
  const parts = <D extends 'u8' | 'u16' | 'u32'>(name: string, dtype: D) =>
    shards.map((shard, i) => sectionOf(shard, name, dtype, whereOf(i)));
  const graph: HnswGraph = {
    ...shape,
    levels: concat(Uint8Array, parts('levels', 'u8')),
    baseCounts: concat(Uint16Array, parts('baseCounts', 'u16')),
    baseLinks: concat(Uint32Array, parts('baseLinks', 'u32')),
    upperCounts: concat(Uint16Array, parts('upperCounts', 'u16')),
    upperLinks: concat(Uint32Array, parts('upperLinks', 'u32')),
    twinNodes: concat(Uint32Array, parts('twinNodes', 'u32')),
    twinRows: concat(Uint32Array, parts('twinRows', 'u32')),
  };
  checkGraph(graph, shards.length > 1 ? `${whereOf(0)} to ${names.at(-1)}` : whereOf(0));
  return graph;
}

/** The offset of each node's entries in every section, and the end of the last. */
function startsOf({ count, levels, baseCounts, upperCounts, twinNodes }: HnswGraph) {
  const base = new Uint32Array(count + 1);
  const layer = new Uint32Array(count + 1);
  const upper = new Uint32Array(count + 1);
  const twin = new Uint32Array(count + 1);
  let twins = 0;
  for (let node = 0; node < count; node++) {
    base[node + 1] = (base[node] as number) + (baseCounts[node] as number);
    const layers = layer[node] as number;
    const end = layers + (levels[node] as number);
    layer[node + 1] = end;
    let links = 0;
    for (let i = layers; i < end; i++) links += upperCounts[i] as number;
    upper[node + 1] = (upper[node] as number) + links;
    while (twinNodes[twins] === node) twins++;
    twin[node + 1] = twins;
  }
  return { base, layer, upper, twin };
}
