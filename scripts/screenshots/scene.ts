/** The page of a screenshot, and the steps that several states share. */
import type { ServerResponse } from 'node:http';
import type { BrowserContext, Page } from 'playwright';
import sharp from 'sharp';

export interface Scene {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** A photo that is not in the index. */
  readonly photo: string;
}

export const part = (page: Page, name: string) => page.locator(`soutu-search [part~="${name}"]`);

export async function give({ page, photo }: Scene): Promise<void> {
  await page.locator('soutu-search input[type=file]').first().setInputFiles(photo);
}

export async function results(scene: Scene): Promise<void> {
  await give(scene);
  await part(scene.page, 'hit').first().waitFor();
  await pictures(scene.page);
}

/** Waits until all visible pictures are loaded; those further down are lazy. */
export async function pictures(page: Page): Promise<void> {
  await page.waitForFunction(`(() => {
    const root = document.querySelector('soutu-search').shadowRoot;
    return [...root.querySelectorAll('[part=thumb]')]
      .filter((image) => image.getBoundingClientRect().top < innerHeight)
      .every((image) => image.complete);
  })()`);
}

export const attribute = (name: string, value: string) => (scene: Scene) =>
  scene.page.evaluate(`document.querySelector('soutu-search').setAttribute('${name}', '${value}')`);

/** A teapot and a bowl in one photo. */
export async function twoPieces({ page }: Scene): Promise<void> {
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
export function hold(path: RegExp) {
  return (asked: string, response: ServerResponse): boolean => {
    if (!path.test(asked)) return false;
    response.setHeader('Content-Length', String(HELD_BYTES));
    response.write(Buffer.alloc(HELD_BYTES / 2));
    return true;
  };
}
/** Less than the model's size in the manifest: a longer file is refused at once. */
const HELD_BYTES = 700_000;

/** Puts the element into the search bar of another page. */
export const asButton = ({ page }: Scene) =>
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
export async function stripes(page: Page): Promise<void> {
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
