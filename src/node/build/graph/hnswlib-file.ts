/**
 * Reads hnswlib's index file (hnswlib/hnswalg.h, saveIndex) as written by its 32-bit WebAssembly build. All
 * numbers are little-endian; hnswlib's size_t and int are u32:
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
 * Only the links are read; the bundle stores the vectors separately.
 */
import type { HnswGraph } from '../../../core/bundle/hnsw-graph.ts';
import { SoutuError } from '../../../core/errors.ts';

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

/** The links of hnswlib's graph: a node for each element. */
export type GraphLinks = Omit<HnswGraph, 'rowCount' | 'twinNodes' | 'twinRows'>;

/**
 * @param file written by hnswlib after one pass over the nodes, so that element i has label i
 * @throws SoutuError `IndexError` if the file does not have this layout
 */
export function readHnswlibFile(file: Uint8Array, dimension: number): GraphLinks {
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
    // Their order says nothing, and ascending links take fewer bytes.
    const links = Uint32Array.from({ length: n }, (_, i) => u32(at + 4 + i * 4)).sort();
    for (const link of links) into.push(link);
    return n;
  };
  let at = HEADER_BYTES + u32(4) * elementBytes;
  for (let row = 0; row < count; row++) {
    const element = HEADER_BYTES + row * elementBytes;
    if (u32(element + labelOffset) !== row)
      bad(`element ${row} has label ${u32(element + labelOffset)}`);
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
