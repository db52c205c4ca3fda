/** What the page's address tells: back, forward, and a link that somebody shares. */
import { expect, inject, test } from 'vitest';
import { hitsOf, nextEvent, search, visit } from './support/visit.ts';

const site = inject('sampleSite');
const query = 'public/sample/queries/vase-001.jpg';

test('back returns to the photo; a shared link opens with its search, and loads no model for it', async () => {
  const { page, context, url } = await visit(site);
  const found = await hitsOf(search(page, query));
  expect(new URL(page.url()).hash).toBe('');
  const like = hitsOf(nextEvent(page));
  await page
    .getByRole('button', { name: /^More like this/ })
    .first()
    .click();
  const more = await like;
  const id = found.hits[0]?.id ?? '';
  expect(more.queryItem?.id).toBe(id);
  expect(more.hits.map(({ group }) => group)).not.toContain('vase-001');
  const shared = page.url();
  expect(new URL(shared).hash).toBe(`#soutu.like=${id}`);

  const back = hitsOf(nextEvent(page));
  await page.goBack();
  expect((await back).hits.map((hit) => hit.id)).toEqual(found.hits.map((hit) => hit.id));

  // A visitor who was never here.
  const other = await (await context.browser())?.newContext();
  const asked: string[] = [];
  other?.on('request', (request) => asked.push(request.url()));
  const guest = await other?.newPage();
  if (!other || !guest) throw new Error('no second visitor');
  try {
    await guest.goto(shared);
    await guest.locator('soutu-search [part=hit]').first().waitFor();
    const titles = await guest.locator('soutu-search [part=title]').allTextContents();
    expect(titles).toEqual(more.hits.map(({ item }) => item.title));
    expect(asked.some((address) => address.startsWith(`${url}bundle/columns`))).toBe(true);
    expect(asked.filter((address) => address.includes('/bundle/weights'))).toEqual([]);
  } finally {
    await other.close();
  }
});
