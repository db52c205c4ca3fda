/** Every state that a visitor can see, and the steps that lead to it on the sample shop. */
import type { ServerResponse } from 'node:http';
import { PARTS } from './sample-site.ts';
import {
  asButton,
  attribute,
  give,
  hold,
  part,
  pictures,
  results,
  type Scene,
  stripes,
  twoPieces,
} from './scene.ts';

export interface ShopState {
  readonly name: string;
  /** Runs before the page is opened, for example to configure the element differently. */
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  /** Leads from the open page to the state. */
  readonly reach: (scene: Scene) => Promise<unknown>;
  /** Takes the visible part only, for dialogs over the page; by default the page without the shop's shelves. */
  readonly visibleOnly?: boolean;
  /** The state exists on phones only. */
  readonly phoneOnly?: boolean;
  /** Intercepts a file request: answers it and returns true, or returns false. `path` is relative to the shop. */
  readonly answer?: (path: string, response: ServerResponse) => boolean;
}

export const STATES: readonly ShopState[] = [
  {
    name: 'remote',
    reach: async (scene) => {
      await attribute('remote', 'https://search.shop.example/api')(scene);
      await scene.page.waitForFunction(
        `document.querySelector('soutu-search').shadowRoot.textContent.includes('search.shop.example')`,
      );
    },
  },
  {
    name: 'remote-busy',
    answer: (path, response) => {
      if (path !== 'api/search') return false;
      response.writeHead(429, { 'Retry-After': '9' });
      response.end(JSON.stringify({ code: 'too-many-requests', message: 'Try again in 9 s.' }));
      return true;
    },
    reach: async (scene) => {
      await attribute('remote', 'api')(scene);
      await give(scene);
      await part(scene.page, 'problem').waitFor();
    },
  },
  {
    name: 'empty',
    reach: ({ page }) => part(page, 'choose').waitFor(),
  },
  {
    name: 'loading',
    answer: hold(/^bundle\/weights/),
    reach: async (scene) => {
      await give(scene);
      await scene.page.locator('soutu-search [part=progress]:not(.idle)').waitFor();
    },
  },
  {
    name: 'ask',
    prepare: ({ page }) =>
      page.addInitScript(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
      ),
    reach: async (scene) => {
      await give(scene);
      await part(scene.page, 'decline').waitFor();
    },
  },
  {
    // The fine files never arrive, so that the hits of the first shards stay.
    name: 'first-hits',
    answer: (path) => path.startsWith(`${PARTS}/fine-`),
    reach: async (scene) => {
      await attribute('bundle', `${PARTS}/`)(scene);
      await give(scene);
      await scene.page.locator('[part=zone][data-state=loading]').waitFor();
      await part(scene.page, 'hit').first().waitFor();
      await pictures(scene.page);
    },
  },
  { name: 'results', reach: results },
  {
    name: 'filtered',
    reach: async (scene) => {
      await results(scene);
      await part(scene.page, 'facet').first().click();
      await part(scene.page, 'value-box').first().click();
      await scene.page.locator('[part~="facet"].chosen').waitFor();
      await pictures(scene.page);
    },
  },
  {
    name: 'range',
    reach: async (scene) => {
      await results(scene);
      const { page } = scene;
      await page.locator('[part~="facet"][aria-expanded="false"]').first().waitFor();
      await scene.page
        .locator('[part~="facet"]')
        .filter({ hasText: /^(Price|Preis|السعر)/ })
        .click();
      await part(page, 'range-input').first().fill('20');
      await part(page, 'range-input').last().fill('60');
      await part(page, 'range-input').last().press('Tab');
      await part(page, 'text-filter').fill('bo');
      await part(page, 'chip').nth(1).waitFor();
      await pictures(page);
    },
  },
  {
    name: 'several',
    reach: async (scene) => {
      await results(scene);
      const { page } = scene;
      for (const [name, expected] of [
        ['like-too', 2],
        ['like-too', 3],
        ['less-like', 4],
      ] as const) {
        await part(page, name).nth(1).click({ force: true });
        await part(page, 'query-part')
          .nth(expected - 1)
          .waitFor();
        await page.locator('[part=zone][data-state=results]').waitFor();
      }
      await part(page, 'hit').first().hover();
      await pictures(page);
    },
  },
  {
    name: 'bundles-partial',
    reach: async (scene) => {
      await attribute('bundles', 'bundle/ gone/')(scene);
      await scene.page.evaluate("document.querySelector('soutu-search').removeAttribute('bundle')");
      await results(scene);
    },
  },
  {
    // Neither the host nor its copy has them.
    name: 'details-missing',
    answer: (path, response) => {
      if (!/^(bundle|copy)\/details-/.test(path)) return false;
      response.writeHead(404).end();
      return true;
    },
    reach: async (scene) => {
      await attribute('mirrors', 'copy/')(scene);
      await give(scene);
      await part(scene.page, 'hit').first().waitFor();
    },
  },
  {
    name: 'unfolded',
    reach: async (scene) => {
      await results(scene);
      await part(scene.page, 'score').first().click();
      await part(scene.page, 'views').first().click();
      await pictures(scene.page);
    },
  },
  {
    name: 'menu',
    phoneOnly: true,
    visibleOnly: true,
    reach: async (scene) => {
      await results(scene);
      await part(scene.page, 'menu').click();
      await part(scene.page, 'sheet').waitFor();
    },
  },
  {
    name: 'far',
    reach: async ({ page }) => {
      await stripes(page);
      await page.locator('soutu-search .far').waitFor();
      await pictures(page);
    },
  },
  {
    name: 'enlarged',
    visibleOnly: true,
    reach: async (scene) => {
      await results(scene);
      const { page } = scene;
      await part(page, 'enlarge').nth(1).click({ force: true });
      await part(page, 'enlarged-picture').waitFor();
    },
  },
  {
    name: 'button',
    visibleOnly: true,
    prepare: asButton,
    reach: ({ page }) => part(page, 'opener').waitFor(),
  },
  {
    name: 'button-empty',
    visibleOnly: true,
    prepare: asButton,
    reach: async ({ page }) => {
      await part(page, 'opener').click();
      await part(page, 'choose').waitFor();
    },
  },
  {
    name: 'button-results',
    visibleOnly: true,
    prepare: asButton,
    reach: async (scene) => {
      await part(scene.page, 'opener').click();
      await part(scene.page, 'choose').waitFor();
      await results(scene);
    },
  },
  {
    name: 'piece',
    visibleOnly: true,
    reach: async ({ page }) => {
      await page.evaluate("location.hash = '#vase-001'");
      await page.locator('soutu-similar img').nth(1).waitFor();
      await page.waitForFunction(
        "[...document.querySelector('soutu-similar').shadowRoot.querySelectorAll('img')].slice(0, 3).every((it) => it.complete)",
      );
      await page.evaluate(
        "document.querySelector('soutu-similar').scrollIntoView({ block: 'end' })",
      );
    },
  },
  {
    name: 'crop',
    reach: async (scene) => {
      await results(scene);
      // On phones, the button is in the menu.
      const menu = part(scene.page, 'menu');
      if (await menu.isVisible()) await menu.click();
      await part(scene.page, 'crop-open').click();
      await part(scene.page, 'crop-frame').waitFor();
    },
  },
  { name: 'dots', reach: twoPieces },
  {
    name: 'part',
    reach: async (scene) => {
      await twoPieces(scene);
      await part(scene.page, 'dot').first().press('Enter');
      await part(scene.page, 'partial').waitFor();
      await pictures(scene.page);
    },
  },
  {
    name: 'crop-dots',
    reach: async (scene) => {
      await twoPieces(scene);
      const menu = part(scene.page, 'menu');
      if (await menu.isVisible()) await menu.click();
      await part(scene.page, 'crop-open').click();
      await scene.page.locator('[part=crop-place] [part=dot]').first().press('Enter');
      await scene.page.locator('[part=crop-place] [aria-pressed=true]').waitFor();
    },
  },
  {
    name: 'like',
    reach: async (scene) => {
      await results(scene);
      await part(scene.page, 'like').first().click();
      await scene.page.locator('[part=zone][data-state=results] [part=photo-image]').waitFor();
      await pictures(scene.page);
    },
  },
  {
    name: 'nothing',
    reach: async (scene) => {
      await attribute('min-score', '0.999')(scene);
      await give(scene);
      await scene.page.locator('[part=zone][data-state=nothing]').waitFor();
    },
  },
  {
    name: 'error',
    answer: (path, response) => {
      if (path !== 'bundle/manifest.json') return false;
      response.statusCode = 503;
      response.end();
      return true;
    },
    reach: async (scene) => {
      await give(scene);
      await part(scene.page, 'problem').waitFor();
    },
  },
  {
    name: 'offline',
    reach: async (scene) => {
      await scene.context.setOffline(true);
      await give(scene);
      await part(scene.page, 'problem').waitFor();
    },
  },
  {
    name: 'asleep',
    prepare: ({ page }) => page.clock.install(),
    reach: async (scene) => {
      await results(scene);
      await scene.page.clock.fastForward(130_000);
      await part(scene.page, 'asleep').waitFor();
    },
  },
  {
    name: 'about',
    reach: async (scene) => {
      await part(scene.page, 'about-summary').click();
      await part(scene.page, 'about-facts').locator('p').nth(2).waitFor();
    },
  },
];
