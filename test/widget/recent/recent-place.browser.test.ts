/** The place of the recent queries, when their script arrives late. */
import { expect, test } from 'vitest';
import type { PastSearches } from '../../../src/widget/recent/past-searches.ts';
import { RecentPlace } from '../../../src/widget/recent/recent-place.ts';
import { wordsFor } from '../../../src/widget/words/languages.ts';

type OnLoad = Parameters<PastSearches['onLoad']>[0];

test('a script that arrives after the place is closed builds nothing', () => {
  const built: string[] = [];
  class FakeStrip {
    constructor() {
      built.push('built');
    }
    show(): void {
      built.push('shown');
    }
    close(): void {
      built.push('closed');
    }
  }
  const loaded = { RecentStrip: FakeStrip } as unknown as Parameters<OnLoad>[0];
  const create = () => {
    let arrive: OnLoad = () => undefined;
    const past = { enabled: true, onLoad: (listener: OnLoad) => (arrive = listener) };
    const handlers = { past, onRecent: () => undefined };
    const place = new RecentPlace(wordsFor('en', {}, {}), handlers, () => undefined);
    place.connect();
    return { place, arrive: () => arrive(loaded) };
  };
  const late = create();
  late.place.close();
  late.arrive();
  expect(built).toEqual([]);
  const inTime = create();
  inTime.arrive();
  inTime.place.close();
  expect(built).toEqual(['built', 'shown', 'closed']);
});
