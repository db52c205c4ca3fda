/** What visitors who come back download after 1 % of the items changed. */
import { deltaCosts } from './delta.ts';
import type { Section } from './section.ts';

const MOST_SHARE = 0.02;
const SMALL = 10_000;

/** @param isQuick of 10,000 items, not of the whole data set */
export async function measureDelta(isQuick: boolean): Promise<Section> {
  const deltas = await deltaCosts(isQuick ? SMALL : null);
  for (const { count, added, removed, bytes, share, recall10, seconds } of deltas) {
    console.log(
      `${count} in parts, ${added} added, ${removed} removed: ${(bytes / 1000).toFixed(0)} kB, ${(100 * share).toFixed(2)} % of ` +
        `the bundle (at most ${100 * MOST_SHARE} %), recall ${recall10.toFixed(4)}, built in ${seconds.toFixed(0)} s` +
        `${share <= MOST_SHARE ? '' : ': MISSED'}`,
    );
  }
  return {
    isMet: deltas.every(({ share }) => share <= MOST_SHARE),
    figures: { deltaShare: Math.max(...deltas.map(({ share }) => share)), deltas },
  };
}
