/** Pages of an index in parts: every option gets an answer, and counts claim no more than the search has seen. */
import { beforeAll, expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import type { MadeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import { type MemoryParts, plainScores } from '../../support/parts/memory-parts.ts';

const { items, queries } = jugs();
const MATCH = 0.6;
const THRESHOLDS = { match: MATCH, related: 0.2 };
let made: MadeParts;
let parts: MemoryParts;

beforeAll(async () => {
  ({ made, parts } = await partsOfJugs());
});

type JugFilter = { rare?: string; tone?: number };
const isMatch = ({ attributes = {} }: IndexedItem, filter: JugFilter) =>
  Object.entries(filter).every(([name, value]) => attributes[name] === value);

/** The oracle: all hits by a plain loop over both layers of codes, best first. */
function plainHits(
  unit: Float32Array,
  { filter, minScore, group: byGroup }: { filter: JugFilter; minScore: number; group: boolean },
) {
  const groups = new Set<string>();
  return plainScores(made, unit).flatMap(({ row, score }) => {
    const item = items[row] as IndexedItem;
    const { id, group = id } = item;
    const key = byGroup ? group : id;
    if (score < minScore || !isMatch(item, filter) || groups.has(key)) return [];
    groups.add(key);
    return [{ id, score }];
  });
}

test('groups, copies, facets and filters never throw, and only a search of all shards or of a posting says "eq"', async () => {
  const random = seededRandom(77);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const seen = { eq: 0, gte: 0, matchesEq: 0 };
  for (let round = 0; round < 80; round++) {
    const unit = pick(queries);
    const options = {
      ...{ filter: pick<JugFilter>([{}, { rare: 'yes' }, { tone: 3 }, { rare: 'yes', tone: 2 }]) },
      ...{ group: random() < 0.5, minScore: pick([-1, -1, 0.2, 0.5]) },
      ...{ from: pick([0, 0, 12, 200]), size: pick([1, 10, 30]) },
      // A facet with a condition of its own needs the rows that fail the condition, too.
      facets: pick<string[]>([[], ['tone'], ['rare', 'tone']]),
    };
    // Rows without copies: the search has to ask for more rows as if there were some.
    const retriever = parts.open({}, { hasCopies: random() < 0.3 });
    parts.reads.length = 0;
    const found = await findPage(retriever, unit, [], checkOptions(options), THRESHOLDS, {});
    const wasAllRead =
      new Set(parts.reads.filter((name) => name.startsWith('coarse'))).size === made.spilled.length;

    // Its posting has all rows that match, though the codes of most are coarse.
    const wasPosted = 'rare' in options.filter;
    // Other postings say which shards have such rows.
    const isSure = wasAllRead || Object.keys(options.filter).length > 0;

    const plain = plainHits(unit, options);
    const page = plain.slice(options.from, options.from + options.size);
    const scores = new Map(
      plainScores(made, unit).map(({ row, score }) => [items[row]?.id, score]),
    );
    const ids = found.page.map(({ best }) => best.row.id);
    expect(new Set(ids).size).toBe(ids.length);
    if (options.group) {
      expect(new Set(found.page.map(({ best }) => best.row.group)).size).toBe(ids.length);
    }
    for (const { best } of found.page) {
      const item = items.find(({ id }) => id === best.row.id) as IndexedItem;
      expect(isMatch(item, options.filter)).toBe(true);
      expect(Math.abs(best.score - (scores.get(item.id) as number))).toBeLessThan(0.1);
    }
    // Fewer than 128 shards: a page without a cut-off is as full as the catalogue allows.
    if (options.minScore === -1) expect(ids).toHaveLength(page.length);
    if (found.totalRelation === 'eq') {
      expect(isSure).toBe(true);
      expect(found.total).toBe(plain.length);
      if (!wasPosted) expect(ids).toEqual(page.map(({ id }) => id));
    }
    if (found.matchesRelation === 'eq') {
      expect(isSure).toBe(true);
      expect(found.matches).toBe(plain.filter(({ score }) => score >= MATCH).length);
      seen.matchesEq++;
    }
    seen[found.totalRelation]++;
  }
  // Each claim was put to the test.
  expect(Math.min(seen.eq, seen.gte, seen.matchesEq)).toBeGreaterThan(3);
});

test('with shards that fail, counts are at least so many', async () => {
  const { readPart } = parts.source;
  for (const exact of [false, true]) {
    let turn = 0;
    const retriever = parts.open(
      {},
      {
        readPart: async (role, ref) => {
          if (role === 'coarse' && turn++ % 5 === 1) throw new Error('gone');
          return readPart(role, ref);
        },
      },
    );
    const options = checkOptions({ size: 200, group: true, exact });
    const unit = queries[3] as Float32Array;
    const found = await findPage(retriever, unit, [], options, THRESHOLDS, {});
    expect(found.lack?.failed).toBeGreaterThan(1);
    expect(found).toMatchObject({ matchesRelation: 'gte', totalRelation: 'gte' });
  }
});
