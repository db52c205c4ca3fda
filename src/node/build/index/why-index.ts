/** Which index a build chose, and why: one line for the owner. */
import type { IndexOption } from './choose-index.ts';

export interface IndexChoice {
  readonly index: 'parts' | 'codes' | 'vectors';
  /** Whether searches follow the links of a graph. */
  readonly links: boolean;
  readonly why: string;
}

export interface IndexSizes {
  readonly option: IndexOption;
  /** Perceptual hashes, which nothing may round. */
  readonly isHash: boolean;
  /** Items of the catalogue. */
  readonly count: number;
  /** Bytes of all vectors, at 2 bytes a number. */
  readonly vectors: number;
  /** Bytes of the index that a first search downloads on average; null if no parts were made. */
  readonly parts: number | null;
  /** Bytes of all codes; null if they were not made, or are no smaller than the vectors. */
  readonly codes: number | null;
  readonly links: boolean;
}

export function chosenIndex(sizes: IndexSizes): IndexChoice {
  const { parts, codes, links } = sizes;
  const index = parts !== null ? 'parts' : codes !== null ? 'codes' : 'vectors';
  return { index, links, why: reason(sizes) };
}

function reason({ option, isHash, count, vectors, parts, codes, links }: IndexSizes): string {
  if (isHash) return 'hashes are compared bit by bit';
  if (option !== 'auto') return `--index ${option} asks for it`;
  const whole = `the vectors of all ${count} photos take ${kilobytes(vectors)}`;
  if (parts !== null) {
    return `a first search downloads ${kilobytes(parts)} of them on average, and ${whole}`;
  }
  if (codes !== null) return `they take ${kilobytes(codes)}, and ${whole}`;
  const smaller = `codes would save too little: ${whole}`;
  return links ? `${smaller}, and comparing them one by one takes longer than links` : smaller;
}

const kilobytes = (bytes: number) => `${Math.max(1, Math.round(bytes / 1000))} kB`;

export function describeChoice({ index, links, why }: IndexChoice): string {
  return `Kind of index: ${index}${links ? ' with links' : ''}, because ${why}`;
}
