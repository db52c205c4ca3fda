/** Every state that a visitor can see, and the steps that lead to it on the sample shop. */
import type { ServerResponse } from 'node:http';
import type { BrowserContext, Page } from 'playwright';
import sharp from 'sharp';
import { PARTS } from './sample-site.ts';

export interface Scene {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** A photo that is not in the index. */
  readonly photo: string;
}

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

const part = (page: Page, name: string) => page.locator(`soutu-search [part~="${name}"]`);

export async function give({ page, photo }: Scene): Promise<void> {
  await page.locator('soutu-search input[type=file]').first().setInputFiles(photo);
}

async function results(scene: Scene): Promise<void> {
  await give(scene);
  await part(scene.page, 'hit').first().waitFor();
  await pictures(scene.page);
}

/** Waits until all visible pictures are loaded; those further down are lazy. */
async function pictures(page: Page): Promise<void> {
  await page.waitForFunction(`(() => {
    const root = document.querySelector('soutu-search').shadowRoot;
    return [...root.querySelectorAll('[part=thumb]')]
      .filter((image) => image.getBoundingClientRect().top < innerHeight)
      .every((image) => image.complete);
  })()`);
}

const attribute = (name: string, value: string) => (scene: Scene) =>
  scene.page.evaluate(`document.querySelector('soutu-search').setAttribute('${name}', '${value}')`);

/** A teapot and a bowl in one photo. */
async function twoPieces({ page }: Scene): Promise<void> {
  const folder = 'public/sample/queries';
  const side = { width: 320, height: 320 };
  const both = sharp({ create: { width: 640, height: 320, channels: 3, background: '#ddd' } });
  const buffer = await both
    .composite([
      { input: await sharp(`${folder}/teapot-004.jpg`).resize(side).toBuffer(), left: 0, top: 0 },
      { input: await sharp(`${folder}/bowl-004.jpg`).resize(side).toBuffer(), left: 320, top: 0 },
    ])
    .png()
    .toBuffer();
  await page
    .locator('soutu-search input[type=file]')
    .first()
    .setInputFiles({ name: 'two.png', mimeType: 'image/png', buffer });
  await part(page, 'dot').first().waitFor();
  await pictures(page);
}

/** Sends half of a file, and never the rest. */
function hold(path: RegExp) {
  return (asked: string, response: ServerResponse): boolean => {
    if (!path.test(asked)) return false;
    response.setHeader('Content-Length', String(HELD_BYTES));
    response.write(Buffer.alloc(HELD_BYTES / 2));
    return true;
  };
}
/** About the model's size, because progress is relative to the size in the manifest. */
const HELD_BYTES = 2_000_000;

/** Puts the element into the search bar of another page. */
const asButton = ({ page }: Scene) =>
  page.addInitScript(`document.addEventListener('DOMContentLoaded', () => {
    const form = document.createElement('form');
    form.style.cssText = 'display: flex; align-items: center; gap: 4px; max-width: 560px; margin-block: 16px;' +
      'padding-inline: 16px 4px; border: 1px solid; border-radius: 24px';
    const field = document.createElement('input');
    field.type = 'search';
    field.placeholder = 'Vase, bowl, jug';
    field.ariaLabel = 'Search the shop';
    field.style.cssText = 'flex: 1; min-width: 0; border: 0; outline: 0; background: none; color: inherit; font: inherit';
    const element = document.querySelector('soutu-search');
    element.setAttribute('mode', 'button');
    element.before(form);
    form.append(field, element);
  })`);

/** A photo like nothing in the shop: black and white stripes. */
async function stripes(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 320 });
    const context = canvas.getContext('2d');
    for (let i = 0; i < 40; i++) {
      context.fillStyle = i % 2 ? '#fff' : '#000';
      context.fillRect(8 * i, 0, 8, 320);
    }
    canvas.toBlob((blob) => resolve(document.querySelector('soutu-search').searchPhoto(blob)));
  })`);
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
