/** A binary heap of (score, id) pairs in typed arrays: nothing is allocated per entry. */
export class ScoreHeap {
  size = 0;
  /** Scores as keys, larger ones on top: negated if the worst entry is on top. */
  #keys = new Float64Array(256);
  #ids = new Uint32Array(256);
  readonly #sign: 1 | -1;

  /** @param top which entry is on top; of equal scores the largest id */
  constructor(top: 'best' | 'worst') {
    this.#sign = top === 'best' ? 1 : -1;
  }

  /** The score at a place of the heap, whose order is sorted only at the top. */
  scoreAt(i: number): number {
    return (this.#keys[i] as number) * this.#sign;
  }

  idAt(i: number): number {
    return this.#ids[i] as number;
  }

  push(score: number, id: number): void {
    if (this.size === this.#ids.length) this.#grow();
    const keys = this.#keys;
    const ids = this.#ids;
    const key = score * this.#sign;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = keys[parent] as number;
      if (other > key || (other === key && (ids[parent] as number) > id)) break;
      keys[at] = other;
      ids[at] = ids[parent] as number;
      at = parent;
    }
    keys[at] = key;
    ids[at] = id;
  }

  /** Removes the entry on top. */
  pop(): void {
    const last = --this.size;
    if (last > 0) this.#sink(this.#keys[last] as number, this.#ids[last] as number);
  }

  /** `pop` and `push` in one step. */
  replaceTop(score: number, id: number): void {
    this.#sink(score * this.#sign, id);
  }

  #sink(key: number, id: number): void {
    const { size } = this;
    const keys = this.#keys;
    const ids = this.#ids;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      let larger = keys[child] as number;
      if (child + 1 < size) {
        const right = keys[child + 1] as number;
        if (
          right > larger ||
          (right === larger && (ids[child + 1] as number) > (ids[child] as number))
        ) {
          child++;
          larger = right;
        }
      }
      if (larger < key || (larger === key && (ids[child] as number) < id)) break;
      keys[at] = larger;
      ids[at] = ids[child] as number;
      at = child;
    }
    keys[at] = key;
    ids[at] = id;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    const ids = new Uint32Array(keys.length);
    keys.set(this.#keys);
    ids.set(this.#ids);
    this.#keys = keys;
    this.#ids = ids;
  }
}
