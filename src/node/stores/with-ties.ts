/** The nearest rows of engines that choose among rows of one score as they like. */
import { byId } from '../../core/item.ts';
import type { FoundRow } from './store-retriever.ts';

/**
 * The `k` nearest of what an engine finds, ties by id: it is asked for more rows as long as the last has the score of the
 * k-th.
 * @param ask for so many rows, best first; fewer than asked for are all there are
 * @param most rows that may be asked for
 */
export async function withTies(
  k: number,
  most: number,
  ask: (limit: number) => Promise<readonly FoundRow[]>,
): Promise<readonly FoundRow[]> {
  for (let limit = k + 1; ; limit *= 2) {
    const asked = Math.min(limit, most);
    const found = await ask(asked);
    const isTie = (found.at(-1)?.score ?? 0) === found[k - 1]?.score;
    if (found.length < asked || asked === most || !isTie) {
      return [...found].sort((a, b) => b.score - a.score || byId(a, b)).slice(0, k);
    }
  }
}
