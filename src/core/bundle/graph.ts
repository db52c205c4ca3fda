/**
 * The links of an HNSW graph without its vectors (Malkov & Yashunin 2016, arXiv 1603.09320), in compressed
 * rows, and the files of kind `graph`:
 *
 *     levels       u8  [rows]           highest layer of each node
 *     baseCounts   u16 [rows]           links of each node on layer 0 …
 *     baseLinks    u32 [Σ baseCounts]   … and where they lead, node after node
 *     upperCounts  u16 [Σ levels]       links on layers 1 … level, node after node
 *     upperLinks   u32 [Σ upperCounts]
 */

import { concat } from '../concat.ts';
import { type Container, countOf, sectionOf, writeContainer } from '../container.ts';
import { SoutuError } from '../errors.ts';
import { MAX_FILE_BYTES, readShards, splitRows } from './shards.ts';

export interface HnswGraph {
  readonly count: number;
  /** Of the vectors that the graph belongs to. */
  readonly dimension: number;
  /** Most links of a node on layers above 0; twice as many on layer 0. */
  readonly M: number;
  readonly efConstruction: number;
  readonly entryPoint: number;
  readonly maxLevel: number;
  readonly levels: Uint8Array;
  readonly baseCounts: Uint16Array;
  readonly baseLinks: Uint32Array;
  readonly upperCounts: Uint16Array;
  readonly upperLinks: Uint32Array;
}

const KIND = 'graph';
/** hnswlib's files grow with M; no graph of use comes near. */
const MAX_M = 1024;
const ROWS = ['levels', 'baseCounts', 'baseLinks', 'upperCounts', 'upperLinks'] as const;
const SHAPE = ['count', 'dimension', 'M', 'efConstruction', 'entryPoint', 'maxLevel'] as const;

export function writeGraphShards(graph: HnswGraph, maxBytes = MAX_FILE_BYTES): Uint8Array[] {
  const starts = startsOf(graph);
  const bytesOf = (row: number) =>
    3 +
    4 * ((starts.base[row + 1] as number) - (starts.base[row] as number)) +
    2 * ((starts.layer[row + 1] as number) - (starts.layer[row] as number)) +
    4 * ((starts.upper[row + 1] as number) - (starts.upper[row] as number));
  const meta = Object.fromEntries(SHAPE.map((name) => [name, graph[name]]));
  return splitRows(graph.count, bytesOf, maxBytes).map(([first, end]) => {
    const cut = <T extends { subarray(a: number, b: number): T }>(data: T, at: Uint32Array): T =>
      data.subarray(at[first] as number, at[end] as number);
    const part = {
      levels: graph.levels.subarray(first, end),
      baseCounts: graph.baseCounts.subarray(first, end),
      baseLinks: cut(graph.baseLinks, starts.base),
      upperCounts: cut(graph.upperCounts, starts.layer),
      upperLinks: cut(graph.upperLinks, starts.upper),
    };
    return writeContainer({
      kind: KIND,
      meta: { ...meta, first, rows: end - first },
      sections: [
        { name: 'levels', dtype: 'u8', shape: [part.levels.length], data: part.levels },
        { name: 'baseCounts', dtype: 'u16', shape: [end - first], data: part.baseCounts },
        { name: 'baseLinks', dtype: 'u32', shape: [part.baseLinks.length], data: part.baseLinks },
        {
          name: 'upperCounts',
          dtype: 'u16',
          shape: [part.upperCounts.length],
          data: part.upperCounts,
        },
        {
          name: 'upperLinks',
          dtype: 'u32',
          shape: [part.upperLinks.length],
          data: part.upperLinks,
        },
      ],
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
  const parts = <T extends 'u8' | 'u16' | 'u32'>(name: (typeof ROWS)[number], dtype: T) =>
    shards.map((shard, i) => sectionOf(shard, name, dtype, whereOf(i)));
  const graph: HnswGraph = {
    ...shape,
    levels: concat(Uint8Array, parts('levels', 'u8')),
    baseCounts: concat(Uint16Array, parts('baseCounts', 'u16')),
    baseLinks: concat(Uint32Array, parts('baseLinks', 'u32')),
    upperCounts: concat(Uint16Array, parts('upperCounts', 'u16')),
    upperLinks: concat(Uint32Array, parts('upperLinks', 'u32')),
  };
  checkGraph(graph, shards.length > 1 ? `${whereOf(0)} to ${names.at(-1)}` : whereOf(0));
  return graph;
}

/** Where each node's rows begin, and one more: where the last one's end. */
function startsOf({ count, levels, baseCounts, upperCounts }: HnswGraph) {
  const base = new Uint32Array(count + 1);
  const layer = new Uint32Array(count + 1);
  const upper = new Uint32Array(count + 1);
  for (let row = 0; row < count; row++) {
    base[row + 1] = (base[row] as number) + (baseCounts[row] as number);
    const layers = layer[row] as number;
    const end = layers + (levels[row] as number);
    layer[row + 1] = end;
    let links = 0;
    for (let i = layers; i < end; i++) links += upperCounts[i] as number;
    upper[row + 1] = (upper[row] as number) + links;
  }
  return { base, layer, upper };
}

/** A graph is followed blindly by its engine: what leads out of it must be found here. */
function checkGraph(graph: HnswGraph, where: string): void {
  const { count, M, entryPoint, maxLevel, levels, baseCounts, upperCounts } = graph;
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const sum = (values: Iterable<number>) => {
    let total = 0;
    for (const n of values) total += n;
    return total;
  };
  const expect = (what: string, expected: number, got: number) => {
    if (got !== expected) bad(`expected ${expected} ${what}, got ${got}.`);
  };
  expect('levels', count, levels.length);
  expect('base counts', count, baseCounts.length);
  expect('base links', sum(baseCounts), graph.baseLinks.length);
  expect('upper counts', sum(levels), upperCounts.length);
  expect('upper links', sum(upperCounts), graph.upperLinks.length);
  if (entryPoint >= count) bad(`the entry point is ${entryPoint}, the graph has ${count} nodes.`);
  expect('as the highest level', maxLevel, levels[entryPoint] as number);
  const most = (values: Uint8Array | Uint16Array) => {
    let max = 0;
    for (const n of values) max = Math.max(max, n);
    return max;
  };
  expect('as the highest of all levels', maxLevel, most(levels));
  if (most(baseCounts) > 2 * M) {
    bad(`a node has ${most(baseCounts)} links on layer 0, M ${M} allows ${2 * M}.`);
  }
  if (most(upperCounts) > M) bad(`a node has ${most(upperCounts)} upper links, M allows ${M}.`);
  if (M < 2 || M > MAX_M) bad(`M is ${M}, expected 2 to ${MAX_M}.`);
  for (const links of [graph.baseLinks, graph.upperLinks]) {
    const outside = links.find((to) => to >= count);
    if (outside !== undefined) bad(`a link leads to node ${outside}, the graph has ${count}.`);
  }
  let layer = 0;
  let link = 0;
  for (let row = 0; row < count; row++) {
    for (let level = 1; level <= (levels[row] as number); level++, layer++) {
      for (const end = link + (upperCounts[layer] as number); link < end; link++) {
        const to = graph.upperLinks[link] as number;
        if ((levels[to] as number) < level) {
          bad(`a link on layer ${level} leads to node ${to} of level ${levels[to]}.`);
        }
      }
    }
  }
}
