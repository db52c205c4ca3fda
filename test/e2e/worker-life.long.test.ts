/** The worker's life on a real page: shared, superseded, killed in the middle of a search. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Page, Worker } from 'playwright';
import { expect, inject, test } from 'vitest';
import type { SoutuEventMap, SoutuSearch } from '../../src/widget/soutu-search.ts';
import { hitsOf, nextEvent, visit } from './support/visit.ts';

const site = inject('sampleSite');
const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';

/** Without its model's bytes the worker waits, and can be looked at; until they are given. */
function heldWeights() {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  const answer = (path: string, _: unknown, response: ServerResponse): boolean => {
    if (!path.startsWith('bundle/weights-')) return false;
    void given.then(() => response.end(readFileSync(`${site}/${path}`)));
    return true;
  };
  return { answer, give };
}

/** As when the system takes its memory: no event tells the page. */
async function kill(worker: Worker): Promise<void> {
  const gone = worker.waitForEvent('close');
  await worker.evaluate(() => self.close());
  await gone;
}

const searchWorkers = (page: Page) => page.workers().filter((it) => it.url().includes('/main-'));

test('killed in the middle of a search it is started again, and the visitor gets his answer', async () => {
  const weights = heldWeights();
  const { page } = await visit(site, { answer: weights.answer });
  const answer = hitsOf(nextEvent(page));
  // By call: the dialog's focus would begin to load the model, and that would die in the search's place.
  await page.evaluate(
    (photo) => {
      const bytes = Uint8Array.from(atob(photo), (c) => c.charCodeAt(0));
      const element = document.querySelector('soutu-search') as SoutuSearch;
      void element.searchPhoto(new Blob([bytes], { type: 'image/jpeg' }));
    },
    readFileSync(vase, 'base64'),
  );
  await expect.poll(() => searchWorkers(page).length).toBe(1);
  // Until page and worker have met at its lock, only its silence would tell.
  const met = () =>
    page.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      const names = (locks: LockInfo[]) => locks.map(({ name }) => name ?? '');
      return names(held).find(
        (it) => it.startsWith('soutu-worker-') && names(pending).includes(it),
      );
    });
  await expect.poll(met).toBeDefined();
  const [first] = searchWorkers(page) as [Worker];
  await kill(first);
  weights.give();
  const { hits, notices } = await answer;
  expect(hits[0]?.group).toBe('vase-001');
  expect(notices.map(({ code }) => code)).toEqual(['worker-restarted']);
  expect(searchWorkers(page)).not.toContain(first);
});

test('two elements over one bundle share a worker, and each gets its answer', async () => {
  const { page } = await visit(site);
  await page.evaluate(() => {
    const second = document.createElement('soutu-search');
    second.bundle = 'bundle';
    second.size = 3;
    document.body.append(second);
  });
  const photos = [vase, bowl].map((path) => readFileSync(path).toString('base64'));
  const found = await page.evaluate(
    (files) =>
      Promise.all(
        [...document.querySelectorAll('soutu-search')].map(async (element, i) => {
          const bytes = Uint8Array.from(atob(files[i] as string), (c) => c.charCodeAt(0));
          await element.searchPhoto(new Blob([bytes], { type: 'image/jpeg' }));
          return element.response?.hits[0]?.group;
        }),
      ),
    photos,
  );
  expect(found).toEqual(['vase-001', 'bowl-001']);
  expect(searchWorkers(page)).toHaveLength(1);
  // One goes, the other works on; both gone, the worker is.
  await page.evaluate(() => document.querySelector('soutu-search')?.remove());
  const next = hitsOf(nextEvent(page));
  await page.locator('soutu-search input[type=file]').first().setInputFiles(vase);
  expect((await next).hits).toHaveLength(3);
  await page.evaluate(() => document.querySelector('soutu-search')?.remove());
  await expect.poll(() => searchWorkers(page).length).toBe(0);
});

test('a newer photo takes the place of the older: one answer, the newer one', async () => {
  const weights = heldWeights();
  const { page, requests } = await visit(site, { answer: weights.answer });
  const [first, second] = [vase, bowl].map((path) => readFileSync(path).toString('base64'));
  const heard = page.evaluate(
    async (files) => {
      const element = document.querySelector('soutu-search') as SoutuSearch;
      const heard: (string | undefined)[] = [];
      element.addEventListener('soutu-results', (event) => {
        heard.push((event as SoutuEventMap['soutu-results']).detail.hits[0]?.group);
      });
      const photo = (base64: string) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        return new Blob([bytes], { type: 'image/jpeg' });
      };
      await Promise.all(files.map((file) => element.searchPhoto(photo(file))));
      return heard;
    },
    [first as string, second as string],
  );
  await expect.poll(() => requests.some((path) => path.startsWith('bundle/weights-'))).toBe(true);
  weights.give();
  expect(await heard).toEqual(['bowl-001']);
});
