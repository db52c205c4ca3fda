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

export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @returns −1 if the bytes end, or the number is not below 2^32 */
  next(): number {
    let value = 0;
    for (let unit = 1; unit <= 2 ** 28; unit *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) return -1;
      value += (byte & 127) * unit;
      if (byte < 128) return value < 2 ** 32 ? value : -1;
    }
    return -1;
  }
}
