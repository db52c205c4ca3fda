/** First searches with a filter: rare values are found exactly, which shards alone do not do. */
import { filteredSearch } from './filtered.ts';
import type { Section } from './section.ts';
import { loadVectors } from './vectors.ts';

const RECALL = 0.95;
/** Of the items: postings have the codes of values that are this rare. */
const RARE = 0.05;

/** @param isQuick leaves out the whole data set */
export async function measureFilters(isQuick: boolean): Promise<Section> {
  let isMet = true;
  const filters = [];
  for (const size of isQuick ? [20_000] : [20_000, undefined]) {
    const vectors = await loadVectors('centred cosine', size);
    const { rows, ...files } = await filteredSearch(vectors, RECALL);
    for (const { filter, share, by, recall10, bytes, bytes95, requests, ms } of rows) {
      const isMissed = by === 'postings' && share <= RARE && recall10 < RECALL;
      if (isMissed) isMet = false;
      console.log(
        `${vectors.count} items, ${filter}: ${100 * share} %, by ${by}: recall@10 ${recall10.toFixed(4)}, ` +
          `${(bytes / 1000).toFixed(0)} kB (95 %: ${(bytes95 / 1000).toFixed(0)}), ${requests.toFixed(1)} requests, ` +
          `${ms.toFixed(0)} ms${isMissed ? ': MISSED' : ''}`,
      );
    }
    console.log(
      `${files.files} files, ${files.postingFiles} of them postings with ${(files.postingBytes / 1e6).toFixed(1)} MB`,
    );
    filters.push({ count: vectors.count, rows, ...files });
  }
  return { isMet, figures: { filters } };
}
