/** Whole numbers below 2^32 in one to five bytes: seven bits a byte, the low ones first; the top bit says that more follow. */

export function varintLength(n: number): number {
  let length = 1;
  for (let rest = n; rest > 127; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** @returns where the next number begins */
export function putVarintAt(bytes: Uint8Array, at: number, n: number): number {
  let to = at;
  let rest = n;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[to++] = (rest % 128) | 128;
  bytes[to++] = rest;
  return to;
}

export function putVarint(bytes: number[], n: number): void {
  let rest = n;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
}

/** Reads numbers, and bytes between them. Nothing can be read after damaged bytes. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** False if bytes are left, or were damaged. */
  get isAtEnd(): boolean {
    return this.left === 0;
  }

  /** Bytes after what was read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @returns −1 if the bytes end, or the number is not below 2^32 */
  next(): number {
    let value = 0;
    for (let unit = 1; unit <= 2 ** 28; unit *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      value += (byte & 127) * unit;
      if (byte < 128 && value < 2 ** 32) return value;
      if (byte < 128) break;
    }
    this.#at = Number.POSITIVE_INFINITY;
    return -1;
  }

  /** @returns fewer bytes if they end */
  take(count: number): Uint8Array {
    const from = this.#at;
    this.#at += count;
    return this.#bytes.subarray(from, this.#at);
  }
}
