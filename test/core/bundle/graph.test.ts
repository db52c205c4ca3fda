import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type HnswGraph,
  readGraphShards,
  writeGraphShards,
} from '../../../src/core/bundle/graph.ts';
import { rowsOfNodes } from '../../../src/core/bundle/hnsw-graph.ts';
import { writeContainer } from '../../../src/core/container.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

/** A graph that no search would build, but every engine could follow. */
function randomGraph(count: number, M: number, seed: number): HnswGraph {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const levels = Uint8Array.from({ length: count }, () => Math.floor(-Math.log(1 - random())));
  const linksOn = (layer: number, most: number) => {
    const there = Array.from(levels.keys()).filter((row) => (levels[row] ?? 0) >= layer);
    const links = Array.from({ length: below(most + 1) }, () => there[below(there.length)] ?? 0);
    return links.sort((a, b) => a - b);
  };
  const base = Array.from(levels, () => linksOn(0, 2 * M));
  const upper = Array.from(levels).flatMap((level) =>
    Array.from({ length: level }, (_, i) => linksOn(i + 1, M)),
  );
  const maxLevel = Math.max(...levels);
  // Row 0 is the first row of node 0; every later row begins a node or repeats one.
  const firstRows: number[] = [];
  const twins: [node: number, row: number][] = [];
  for (let row = 0; firstRows.length < count || random() < 0.4; row++) {
    const isNew = firstRows.length < count && (row === 0 || random() < 0.7);
    if (isNew) firstRows.push(row);
    else twins.push([below(firstRows.length), row]);
  }
  twins.sort(([a], [b]) => a - b);
  return {
    count,
    rowCount: count + twins.length,
    twinNodes: Uint32Array.from(twins, ([node]) => node),
    twinRows: Uint32Array.from(twins, ([, row]) => row),
    dimension: 7,
    M,
    efConstruction: 30,
    entryPoint: levels.indexOf(maxLevel),
    maxLevel,
    levels,
    baseCounts: Uint16Array.from(base, (links) => links.length),
    baseLinks: Uint32Array.from(base.flat()),
    upperCounts: Uint16Array.from(upper, (links) => links.length),
    upperLinks: Uint32Array.from(upper.flat()),
  };
}

const namesOf = (files: readonly unknown[]) => files.map((_, i) => `b/graph-${i}.bin`);
const read = (files: readonly Uint8Array[]) => readGraphShards(files, namesOf(files));

describe('the files of the graph', () => {
  test('give back what was written, however many they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 2, max: 8 }),
        fc.nat(),
        fc.integer({ min: 4600, max: 9000 }),
        (count, M, seed, maxBytes) => {
          const graph = randomGraph(count, M, seed);
          const files = writeGraphShards(graph, maxBytes);
          expect(read(files)).toEqual(graph);
          for (const file of files) expect(file.length).toBeLessThanOrEqual(maxBytes);
          const least = graph.baseLinks.length + graph.upperLinks.length + graph.twinRows.length;
          expect(files.length).toBeGreaterThanOrEqual(Math.ceil(least / maxBytes));
          // Of at most 300 nodes, most differences take one byte.
          const whole = writeGraphShards(graph)[0] as Uint8Array;
          expect(whole.length).toBeLessThanOrEqual(600 + 3 * count + 1.6 * (least + count));
        },
      ),
      { seed: 9, numRuns: 60 },
    );
  });

  test('are one where they fit, and a row each where not even one fits', () => {
    const graph = randomGraph(5, 3, 1);
    expect(writeGraphShards(graph)).toHaveLength(1);
    expect(writeGraphShards(graph, 10)).toHaveLength(5);
    expect(read(writeGraphShards(graph, 10))).toEqual(graph);
  });

  test("a node's rows are its first row and its twins", () => {
    const vectors = 'abacba';
    const { starts, rows } = rowsOfNodes({
      ...randomGraph(3, 2, 1),
      rowCount: 6,
      twinNodes: Uint32Array.of(0, 0, 1),
      twinRows: Uint32Array.of(2, 5, 4),
    });
    expect([...starts]).toEqual([0, 3, 5, 6]);
    expect([...rows]).toEqual([0, 2, 5, 1, 4, 3]);
    expect(Array.from(rows, (row) => vectors[row]).join('')).toBe('aaabbc');
  });

  const graph = randomGraph(4, 3, 2);
  const [a, b, c, d] = writeGraphShards(graph, 10) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [foreign] = writeGraphShards(randomGraph(9, 3, 2), 10) as [Uint8Array];

  test.each<[string, Uint8Array[], string]>([
    ['none', [], 'expected at least one file'],
    ['the last missing', [a, b, c], 'b/graph-2.bin: the files of graph end at row 3, expected 4.'],
    [
      'two swapped',
      [a, c, b, d],
      'b/graph-1.bin: expected rows from 1 of 4, got rows from 2 of 4.',
    ],
    ['another bundle first', [foreign, b], 'expected rows from 1 of 9, got rows from 1 of 4.'],
    ['a cut one', [a, b.subarray(0, 60), c, d], 'b/graph-1.bin: cut short'],
    [
      'one of another build',
      [a, ...writeGraphShards({ ...graph, efConstruction: 31 }, 10).slice(1)],
      'b/graph-1.bin: "efConstruction" is 31, the first file says 30.',
    ],
    [
      'a link that leads out, without knowing in which',
      writeGraphShards({ ...graph, baseLinks: graph.baseLinks.map(() => 4) }, 10),
      'b/graph-0.bin to b/graph-3.bin: a link leads to node 4, the graph has 4.',
    ],
  ])('refuses %s', (_, files, words) => {
    expect(() => read(files)).toThrow(words);
    expect(() => read(files)).toThrow('Build the bundle again.');
  });

  /** Three nodes; the middle one is on layer 1, alone. Row 3 repeats row 1, row 4 repeats row 2. */
  const tiny: HnswGraph = {
    count: 3,
    rowCount: 5,
    twinNodes: Uint32Array.of(1, 2),
    twinRows: Uint32Array.of(3, 4),
    dimension: 7,
    M: 2,
    efConstruction: 30,
    entryPoint: 1,
    maxLevel: 1,
    levels: Uint8Array.of(0, 1, 0),
    baseCounts: Uint16Array.of(1, 2, 1),
    baseLinks: Uint32Array.of(1, 0, 2, 1),
    upperCounts: Uint16Array.of(0),
    upperLinks: new Uint32Array(),
  };

  test.each<[string, Partial<HnswGraph>, string]>([
    [
      'a link out of range',
      { baseLinks: Uint32Array.of(1, 0, 3, 1) },
      'a link leads to node 3, the graph has 3.',
    ],
    [
      'an upper link out of range',
      { upperCounts: Uint16Array.of(1), upperLinks: Uint32Array.of(0xffffffff) },
      'a link leads to node 4294967295, the graph has 3.',
    ],
    [
      'too many links',
      { baseCounts: Uint16Array.of(5, 2, 1), baseLinks: new Uint32Array(8) },
      'a node has 5 links on layer 0, M 2 allows 4.',
    ],
    [
      'too many upper links',
      { upperCounts: Uint16Array.of(3), upperLinks: Uint32Array.of(1, 1, 1) },
      'a node has 3 upper links, M allows 2.',
    ],
    [
      'an entry point out of range',
      { entryPoint: 3 },
      'the entry point is 3, the graph has 3 nodes.',
    ],
    ['an entry point too low', { entryPoint: 0 }, 'expected 1 as the highest level, got 0.'],
    [
      'a node above the entry point',
      { levels: Uint8Array.of(0, 1, 2), upperCounts: Uint16Array.of(0, 0, 0) },
      'expected 1 as the highest of all levels, got 2.',
    ],
    ['another highest level', { maxLevel: 2 }, 'expected 2 as the highest level, got 1.'],
    ['a broken M', { M: 1.5 }, '"M" must be a whole number, got 1.5.'],
    ['no dimension', { dimension: -7 }, '"dimension" must be a whole number, got -7.'],
    ['too few rows', { rowCount: 4 }, '3 nodes and 2 twins do not make 4 rows.'],
    [
      'a twin without a row',
      { twinNodes: Uint32Array.of(1, 2, 2) },
      '3 nodes and 3 twins do not make 5 rows.',
    ],
    [
      'a twin out of range',
      { twinRows: Uint32Array.of(3, 5) },
      'a twin is row 5, the index has 5.',
    ],
    ['a row in two nodes', { twinRows: Uint32Array.of(3, 3) }, 'row 3 is listed twice as a twin.'],
    [
      'rows of one node out of order',
      { twinNodes: Uint32Array.of(1, 1), twinRows: Uint32Array.of(4, 3) },
      '"twins" is damaged.',
    ],
    [
      'a twin before its first row',
      { twinNodes: Uint32Array.of(1, 2), twinRows: Uint32Array.of(0, 4) },
      'row 0 is a twin of row 2, which comes later.',
    ],
    ['too few levels', { levels: Uint8Array.of(0, 1) }, 'expected 3 levels, got 2.'],
  ])('refuses %s', (_, changes, words) => {
    expect(read(writeGraphShards(tiny))).toEqual(tiny);
    const files = writeGraphShards({ ...tiny, ...changes });
    expect(() => read(files)).toThrow(`b/graph-0.bin: ${words} Build the bundle again.`);
  });

  test.each<[string, Partial<HnswGraph>]>([
    [
      'a link on a layer that its node does not reach',
      { upperCounts: Uint16Array.of(1), upperLinks: Uint32Array.of(0) },
    ],
    ['an M that no graph has', { M: 2 ** 31 }],
  ])('refuses %s', (_, changes) => {
    const files = writeGraphShards({ ...tiny, ...changes });
    expect(() => read(files)).toThrow(expect.objectContaining({ name: 'BundleError' }));
  });

  test('refuses a twin of a node that is not there', () => {
    // A second node's list of twins, in a file that has one node: the lists end too early.
    const [file = new Uint8Array()] = writeGraphShards(tiny);
    const at = file.length - 16;
    expect([...file.subarray(at, at + 5)]).toEqual([0, 1, 3, 1, 4]);
    file[at + 1] = 0;
    expect(() => read([file])).toThrow(
      'b/graph-0.bin: "twins" is damaged. Build the bundle again.',
    );
  });

  test.each([
    ['endless numbers', [255, 255, 255, 255, 255, 255]],
    ['a list longer than its bytes', [9, 1, 1, 0, 0, 0]],
    ['numbers after the last list', [0, 0, 0, 0, 0, 0]],
    ['a number above 2^32', [1, 255, 255, 255, 255, 127]],
  ])('refuses %s', (_, bytes) => {
    // Of the tiny graph, "base" has 1 1, 2 0 2 and 1 1 after 16 bytes of levels.
    const [file = new Uint8Array()] = writeGraphShards(tiny);
    const at = file.length - 48;
    expect([...file.subarray(at, at + 7)]).toEqual([1, 1, 2, 0, 2, 1, 1]);
    file.set(bytes, at);
    expect(() => read([file])).toThrow(
      /^b\/graph-0\.bin: "base" is (damaged|longer than its lists)\. Build the bundle again\.$/,
    );
  });

  // Counts that do not add up cannot be written: the header is changed, at the same length.
  test.each<[string, string, string]>([
    ['"layout":3', '"layout":2', 'graph layout 2, expected 3.'],
    ['"count":3', '"count":9', 'the files of graph end at row 3, expected 9.'],
    ['"rows":3', '"rows":9', 'the files of graph end at row 9, expected 3.'],
    ['"kind":"graph"', '"kind":"grape"', 'holds "grape", expected "graph".'],
    [
      '"shape":[7],"offset":16,"bytes":7',
      '"shape":[6],"offset":16,"bytes":6',
      '"base" is damaged.',
    ],
    ['"name":"levels"', '"name":"lovers"', 'expected a section "levels" of u8, got nothing.'],
  ])('refuses %s become %s', (from, to, words) => {
    const file = Buffer.from(writeGraphShards(tiny)[0] ?? []);
    const text = file.toString('latin1');
    expect(text).toContain(from);
    const lying = Buffer.from(text.replace(from, to), 'latin1');
    expect(() => read([lying])).toThrow(`b/graph-0.bin: ${words} Build the bundle again.`);
  });

  test('refuses claims that no memory could hold', () => {
    const claims = {
      layout: 3,
      count: 2 ** 50,
      rowCount: 2 ** 50,
      dimension: 7,
      M: 2,
      efConstruction: 30,
      first: 0,
      rows: 2 ** 50,
    };
    const file = writeContainer({
      kind: 'graph',
      meta: { ...claims, entryPoint: 0, maxLevel: 0 },
      sections: [
        { name: 'levels', dtype: 'u8', shape: [0], data: new Uint8Array() },
        { name: 'base', dtype: 'u8', shape: [0], data: new Uint8Array() },
        { name: 'upper', dtype: 'u8', shape: [0], data: new Uint8Array() },
        { name: 'twins', dtype: 'u8', shape: [0], data: new Uint8Array() },
      ],
    });
    expect(() => read([file])).toThrow('expected 1125899906842624 levels, got 0.');
  });
});
