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

/** Of each 16-bit number. */
const BITS_SET = Uint8Array.from({ length: 1 << 16 }, (_, value) => {
  let bits = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) bits++;
  return bits;
});

/** Pairs that are compared in full. Things in one shape and thousands of colours must not take for ever. */
const MAX_PAIRS = 5_000_000;

/**
 * @param fingerprints `FINGERPRINT_BYTES` for each row
 * @returns sets of two or more rows, each in ascending order, by their first row. Rows of a set need not all be
 * copies of each other, but each is of another one in the set
 */
export function findCopies(fingerprints: Uint8Array): number[][] {
  const count = fingerprints.length / FINGERPRINT_BYTES;
  const printOf = (row: number) =>
    fingerprints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
  const pieces = piecesOf(fingerprints, count);
  const sets = new DisjointRows(count);
  const rows = withoutRepeats(fingerprints, count, sets);
  /** The last row so far with this value of the piece, and the one before each row. */
  const last = new Int32Array(1 << 16);
  const before = new Int32Array(count);
  let pairs = 0;
  for (let piece = 0; piece < PIECES; piece++) {
    last.fill(-1);
    for (const row of rows) {
      if (pairs >= MAX_PAIRS) break;
      const value = pieces[row * PIECES + piece] as number;
      for (const mask of NEARBY) {
        let other = last[value ^ mask] as number;
        for (; other >= 0; other = before[other] as number) {
          if (!isNear(pieces, other, row) || sets.rootOf(other) === sets.rootOf(row)) continue;
          pairs++;
          if (areCopies(printOf(other), printOf(row))) sets.join(other, row);
        }
      }
      before[row] = last[value] as number;
      last[value] = row;
    }
  }
  return sets.sets().filter((set) => set.length > 1);
}

/** Joins rows with the same fingerprint, such as those of a placeholder. @returns the first row of each */
function withoutRepeats(fingerprints: Uint8Array, count: number, sets: DisjointRows): number[] {
  const firsts = new Map<string, number>();
  for (let row = 0; row < count; row++) {
    const print = fingerprints.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES);
    const key = String.fromCharCode(...print);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    else if (areCopies(print, print)) sets.join(first, row);
  }
  return [...firsts.values()];
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

/** Sets of rows without common rows (Tarjan's union-find); the root of a set is its first row. */
class DisjointRows {
  readonly #parents: Uint32Array;

  constructor(count: number) {
    this.#parents = Uint32Array.from({ length: count }, (_, row) => row);
  }

  rootOf(row: number): number {
    const parents = this.#parents;
    let at = row;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number;
      at = parents[at] as number;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.rootOf(a), this.rootOf(b)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }

  /** In the order of their roots. */
  sets(): number[][] {
    const sets = new Map<number, number[]>();
    for (let row = 0; row < this.#parents.length; row++) {
      const root = this.rootOf(row);
      const set = sets.get(root);
      if (set) set.push(row);
      else sets.set(root, [row]);
    }
    return [...sets.values()];
  }
}

function masks(bits: 1 | 2): number[] {
  const singles = Array.from({ length: 16 }, (_, i) => 1 << i);
  if (bits === 1) return singles;
  return singles.flatMap((a, i) => singles.slice(i + 1).map((b) => a | b));
}
