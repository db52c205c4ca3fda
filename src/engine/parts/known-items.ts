import type { SearchItem } from '../../core/item.ts';

/** Answers whose items are remembered: of several searches at once, each of which may take several turns. */
const ANSWERS = 12;
/** Items of them all; the newest answer is remembered whatever its size. */
const ITEMS = 50_000;

export interface KnownItem {
  readonly item: SearchItem;
  readonly position: number;
}

/** The items of the last answers. A page asks for their details after other searches may have begun. */
export class KnownItems {
  /** The items of each answer by id, the newest answer first. */
  #answers: readonly ReadonlyMap<string, KnownItem>[] = [];

  get(id: string): KnownItem | undefined {
    return this.#answers.find((answer) => answer.has(id))?.get(id);
  }

  add(answer: readonly KnownItem[]): void {
    let count = answer.length;
    const others = this.#answers.slice(0, ANSWERS - 1).filter(({ size }) => {
      count += size;
      return count <= ITEMS;
    });
    const byId = new Map(answer.map(({ item, position }) => [item.id, { item, position }]));
    this.#answers = [byId, ...others];
  }
}
