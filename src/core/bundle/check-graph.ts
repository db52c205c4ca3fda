import { SoutuError } from '../errors.ts';
import { type HnswGraph, rowsOfNodes } from './hnsw-graph.ts';

/** Far above any useful M. */
const MAX_M = 1024;

/**
 * Validates a graph. Searches follow links without bounds checks, so every invalid link must be found here.
 * @param where the files' names, for errors
 * @throws SoutuError `BundleError`
 */
export function checkGraph(graph: HnswGraph, where: string): void {
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
  checkTwins(graph, bad);
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

/** Every row must belong to exactly one node, and the first row of a node must precede its twins. */
function checkTwins(graph: HnswGraph, bad: (what: string) => never): void {
  const { count, rowCount, twinNodes, twinRows } = graph;
  if (twinNodes.length !== twinRows.length) {
    bad(`expected ${twinNodes.length} rows of twins, got ${twinRows.length}.`);
  }
  if (rowCount !== count + twinRows.length) {
    bad(`${count} nodes and ${twinRows.length} twins do not make ${rowCount} rows.`);
  }
  const seen = new Uint8Array(rowCount);
  twinRows.forEach((row, i) => {
    const node = twinNodes[i] as number;
    if (node >= count) bad(`a twin belongs to node ${node}, the graph has ${count}.`);
    if (row >= rowCount) bad(`a twin is row ${row}, the index has ${rowCount}.`);
    if (seen[row]) bad(`row ${row} is listed twice as a twin.`);
    seen[row] = 1;
    const isOrdered =
      i === 0 ||
      node > (twinNodes[i - 1] as number) ||
      (node === twinNodes[i - 1] && row > (twinRows[i - 1] as number));
    if (!isOrdered) bad(`the twins are not in the order of their nodes and rows, at row ${row}.`);
  });
  const { starts, rows } = rowsOfNodes(graph);
  twinNodes.forEach((node, i) => {
    const first = rows[starts[node] as number] as number;
    if ((twinRows[i] as number) < first) {
      bad(`row ${twinRows[i]} is a twin of row ${first}, which comes later.`);
    }
  });
}
