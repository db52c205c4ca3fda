/**
 * Finds the pictures of a catalogue that are copies of each other, by their fingerprints. Hashes are cut into nine
 * pieces of 16 bits: if two differ in at most 18 bits, they differ in at most two bits of one of the pieces (Norouzi,
 * Punjani & Fleet 2014, "Fast Exact Search in Hamming Space with Multi-Index Hashing", arXiv 1307.2982). So only rows
 * with a similar piece are compared.
 */
import {
  areCopies,
  COPY_DISTANCE,
  FINGERPRINT_BYTES,
  HASH_BYTES,
} from '../../../core/image/hash-distance.ts';

const PIECES = HASH_BYTES / 2;

/** The 16-bit numbers with at most two bits set. */
const NEARBY: readonly number[] = [0, ...masks(1), ...masks(2)];

/** How many bits are set in each 16-bit number. */
const BITS_SET = Uint8Array.from({ length: 1 << 16 }, (_, value) => {
  let bits = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) bits++;
  return bits;
});

/** Comparisons of two hashes: a few seconds. A catalogue of nearly equal pictures would need a square of its size. */
const MAX_COMPARISONS = 300e6;

export interface Copies {
  /** Sets of two or more rows, in ascending order; the others of a set are copies of its first row. */
  readonly sets: readonly (readonly number[])[];
  /** Whether all were found. */
  readonly isComplete: boolean;
}

/** @param fingerprints `FINGERPRINT_BYTES` for each row */
export function findCopies(fingerprints: Uint8Array): Copies {
  const count = fingerprints.length / FINGERPRINT_BYTES;
  const printOf = (row: number) =>
    fingerprints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
  const pieces = piecesOf(fingerprints, count);
  // First rows of sets, by the values of their pieces: the last one with a value, and the one before each.
  const last = new Int32Array(PIECES << 16).fill(-1);
  const before = new Int32Array(count * PIECES);
  const compared = new Int32Array(count).fill(-1);
  const sets = new Map<number, number[]>();
  const exact = new Map<string, number>();
  let comparisons = 0;
  const firstOf = (row: number): number => {
    let first = row;
    for (let piece = 0; piece < PIECES; piece++) {
      const value = pieces[row * PIECES + piece] as number;
      for (const mask of NEARBY) {
        let other = last[(piece << 16) | (value ^ mask)] as number;
        for (; other >= 0; other = before[other * PIECES + piece] as number) {
          if (other > first || compared[other] === row) continue;
          compared[other] = row;
          comparisons++;
          if (isNear(pieces, other, row) && areCopies(printOf(other), printOf(row))) first = other;
        }
      }
    }
    return first;
  };
  for (let row = 0; row < count; row++) {
    const key = String.fromCharCode(...printOf(row));
    const same = exact.get(key);
    const first = same ?? (comparisons < MAX_COMPARISONS ? firstOf(row) : row);
    if (first !== row && areCopies(printOf(first), printOf(row))) {
      sets.get(first)?.push(row);
      exact.set(key, first);
      continue;
    }
    sets.set(row, [row]);
    exact.set(key, row);
    for (let piece = 0; piece < PIECES; piece++) {
      const at = (piece << 16) | (pieces[row * PIECES + piece] as number);
      before[row * PIECES + piece] = last[at] as number;
      last[at] = row;
    }
  }
  return {
    sets: [...sets.values()].filter((set) => set.length > 1),
    isComplete: comparisons < MAX_COMPARISONS,
  };
}

/** Row by row, `PIECES` numbers each. */
function piecesOf(fingerprints: Uint8Array, count: number): Uint16Array {
  const pieces = new Uint16Array(count * PIECES);
  for (let row = 0; row < count; row++) {
    for (let piece = 0; piece < PIECES; piece++) {
      const at = row * FINGERPRINT_BYTES + 2 * piece;
      const low = fingerprints[at] as number;
      pieces[row * PIECES + piece] = low | ((fingerprints[at + 1] as number) << 8);
    }
  }
  return pieces;
}

function isNear(pieces: Uint16Array, a: number, b: number): boolean {
  let distance = 0;
  for (let piece = 0; piece < PIECES && distance <= COPY_DISTANCE; piece++) {
    const bits = (pieces[a * PIECES + piece] as number) ^ (pieces[b * PIECES + piece] as number);
    distance += BITS_SET[bits] as number;
  }
  return distance <= COPY_DISTANCE;
}

function masks(bits: 1 | 2): number[] {
  const singles = Array.from({ length: 16 }, (_, i) => 1 << i);
  if (bits === 1) return singles;
  return singles.flatMap((a, i) => singles.slice(i + 1).map((b) => a | b));
}
