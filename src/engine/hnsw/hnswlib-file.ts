/**
 * hnswlib's own file (hnswlib/hnswalg.h, saveIndex), as its 32-bit WebAssembly build writes it; all
 * numbers little endian, u32 where hnswlib says size_t or int:
 *
 *     byte 0    offsetLevel0 (0) · max elements · elements · bytes of an element · offset of its label ·
 *               offset of its vector · highest level · entry point · M · M on layer 0 · M      11 × u32
 *               (M on layer 0 is 2 M; the last two M differ only in name)
 *         44    1 / ln M                                                                     f64
 *         52    efConstruction                                                               u32
 *         56    elements: [ links of layer 0 | vector f32 | label ]
 *               links: u16 count, u16 flags, 2 M × u32
 *        end    for each element u32 bytes, then its links of layers 1 … level:
 *               u16 count, u16 flags, M × u32
 *
 * Our graph keeps the links and drops the vectors, which the bundle has already.
 */
import type { HnswGraph } from '../../core/bundle/graph.ts';
import { SoutuError } from '../../core/errors.ts';

const HEADER_BYTES = 56;

function sizesOf(M: number, dimension: number) {
  const baseBytes = 4 + 2 * M * 4;
  return {
    baseBytes,
    upperBytes: 4 + M * 4,
    labelOffset: baseBytes + dimension * 4,
    elementBytes: baseBytes + dimension * 4 + 4,
  };
}

/**
 * @returns the bytes that hnswlib reads; element i has label i
 * @throws SoutuError `BundleError` where graph and vectors do not belong together, with both figures
 */
export function toHnswlibFile(
  graph: HnswGraph,
  vectors: Float32Array,
  dimension: number,
): Uint8Array<ArrayBuffer> {
  const { count, M, levels, baseCounts, baseLinks, upperCounts, upperLinks } = graph;
  const vectorCount = vectors.length / dimension;
  if (graph.dimension !== dimension || count !== vectorCount) {
    throw new SoutuError(
      'BundleError',
      `The graph does not fit its vectors: it was built for ${count} vectors of ${graph.dimension} ` +
        `numbers, the bundle has ${vectorCount} of ${dimension}. Build the bundle again.`,
    );
  }
  const { baseBytes, upperBytes, labelOffset, elementBytes } = sizesOf(M, dimension);
  const layers = upperCounts.length;
  const file = new Uint8Array(
    HEADER_BYTES + count * elementBytes + count * 4 + layers * upperBytes,
  );
  const view = new DataView(file.buffer);
  const head = [0, count, count, elementBytes, labelOffset, baseBytes, graph.maxLevel];
  [...head, graph.entryPoint, M, 2 * M, M].forEach((value, i) => {
    view.setUint32(i * 4, value, true);
  });
  view.setFloat64(44, 1 / Math.log(M), true);
  view.setUint32(52, graph.efConstruction, true);

  const putLinks = (at: number, links: Uint32Array, from: number, n: number) => {
    view.setUint16(at, n, true);
    for (let i = 0; i < n; i++) view.setUint32(at + 4 + i * 4, links[from + i] as number, true);
  };
  let link = 0;
  for (let row = 0; row < count; row++) {
    const at = HEADER_BYTES + row * elementBytes;
    putLinks(at, baseLinks, link, baseCounts[row] as number);
    link += baseCounts[row] as number;
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    file.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), at + baseBytes);
    view.setUint32(at + labelOffset, row, true);
  }
  let at = HEADER_BYTES + count * elementBytes;
  let layer = 0;
  link = 0;
  for (let row = 0; row < count; row++) {
    const level = levels[row] as number;
    view.setUint32(at, level * upperBytes, true);
    at += 4;
    for (let l = 0; l < level; l++, layer++, at += upperBytes) {
      putLinks(at, upperLinks, link, upperCounts[layer] as number);
      link += upperCounts[layer] as number;
    }
  }
  return file;
}

/**
 * @param file written by hnswlib after one pass over the rows, so that element i has label i
 * @throws SoutuError `IndexError` for a file of another form
 */
export function fromHnswlibFile(file: Uint8Array, dimension: number): HnswGraph {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const bad = (what: string): never => {
    throw new SoutuError('IndexError', `hnswlib's file is not as expected: ${what}.`);
  };
  const u32 = (at: number) => view.getUint32(at, true);
  const count = u32(8);
  const M = u32(40);
  const { upperBytes, labelOffset, elementBytes } = sizesOf(M, dimension);
  if (u32(12) !== elementBytes) bad(`elements of ${u32(12)} bytes, expected ${elementBytes}`);

  const levels = new Uint8Array(count);
  const baseCounts = new Uint16Array(count);
  const baseLinks: number[] = [];
  const upperCounts: number[] = [];
  const upperLinks: number[] = [];
  const takeLinks = (at: number, into: number[]): number => {
    const n = view.getUint16(at, true);
    for (let i = 0; i < n; i++) into.push(u32(at + 4 + i * 4));
    return n;
  };
  let at = HEADER_BYTES + u32(4) * elementBytes;
  for (let row = 0; row < count; row++) {
    const element = HEADER_BYTES + row * elementBytes;
    if (u32(element + labelOffset) !== row) bad(`element ${row} is labelled otherwise`);
    baseCounts[row] = takeLinks(element, baseLinks);
    const level = u32(at) / upperBytes;
    levels[row] = level;
    at += 4;
    for (let l = 0; l < level; l++, at += upperBytes) upperCounts.push(takeLinks(at, upperLinks));
  }
  if (at !== file.length) bad(`${file.length} bytes, expected ${at}`);
  return {
    count,
    dimension,
    M,
    efConstruction: u32(52),
    entryPoint: u32(28),
    maxLevel: u32(24),
    levels,
    baseCounts,
    baseLinks: Uint32Array.from(baseLinks),
    upperCounts: Uint16Array.from(upperCounts),
    upperLinks: Uint32Array.from(upperLinks),
  };
}
