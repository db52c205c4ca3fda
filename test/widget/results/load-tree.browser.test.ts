/** Pages that are kept for offline use keep the script of filters with levels, too, before one is opened. */
import { expect, test } from 'vitest';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { nextEvent, stage } from '../stage.ts';

const isLoaded = () =>
  performance
    .getEntriesByType('resource')
    .some(({ name }) => new URL(name).pathname.endsWith('/facet-tree.ts'));

async function keptFor(levels: { readonly levels?: true }): Promise<boolean> {
  const attributes = [{ name: 'kind', type: 'text', ...levels } as const];
  const facets = { kind: { chairs: 2, 'chairs/oak': 1 } };
  const answer = answerOf([hit('a'), hit('b')], { attributes, facets });
  const search = new ScriptedSearch((call) => call.answer(answer));
  // Nothing is kept here: there is no service worker. Its script comes after the others.
  const { element } = stage(search, { offline: '/missing/sw.js' });
  const ended = nextEvent('soutu-offline');
  await element.searchPhoto(photoFile());
  await ended;
  return isLoaded();
}

test('the script is loaded if the answer has a filter with levels', async () => {
  expect(await keptFor({}), 'without levels').toBe(false);
  expect(await keptFor({ levels: true })).toBe(true);
});
