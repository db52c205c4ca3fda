import type { Filter } from '../../core/contract.ts';
import type { Shard } from '../../core/parts/shard-reader.ts';
import { hasConditions, matcher } from '../../core/search/filter.ts';
import { rowOf, textsOf } from '../../core/search/item-table.ts';
import { foldedText, wordsMatcher } from '../../core/search/text-words.ts';

/** 1 for each row of a shard that matches. */
export type Accepts = (shard: Shard) => Promise<Uint8Array>;

/** Which rows of a shard have the attributes and the words that a search wants. */
export class RowFilter {
  readonly #titles: () => Promise<readonly (string | undefined)[]>;
  /** What a search for words looks at, by position, as far as it was needed. */
  readonly #texts: string[] = [];

  /** @param titles of all positions; read once a search has words, because words are anywhere in the catalogue */
  constructor(titles: () => Promise<readonly (string | undefined)[]>) {
    this.#titles = titles;
  }

  /** @returns null if every row matches */
  async of(filter: Filter, text: string): Promise<Accepts | null> {
    const hasWords = wordsMatcher(text);
    if (!hasConditions(filter) && !hasWords) return null;
    const matches = matcher(filter);
    const titles = hasWords ? await this.#titles() : [];
    const texts = this.#texts;
    return async ({ positions, items }) =>
      Uint8Array.from(await items(), (item, i) => {
        if (!matches(rowOf(item))) return 0;
        if (!hasWords) return 1;
        const position = positions[i] as number;
        texts[position] ??= foldedText(textsOf(item, titles[position]));
        return hasWords(texts[position]) ? 1 : 0;
      });
  }
}
