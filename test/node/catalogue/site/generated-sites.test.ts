/** 300 pages in three templates: every picture that is about something, and nothing else. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { collect } from '../../../../src/node/catalogue/collect.ts';
import { openSite } from '../../../../src/node/catalogue/site/site-source.ts';
import { addBlog } from '../../../support/generated-site/blog.ts';
import { addGallery } from '../../../support/generated-site/gallery.ts';
import { addShop } from '../../../support/generated-site/shop.ts';
import { GeneratedSite } from '../../../support/generated-site/site.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const TEMPLATES = [
  ['a shop', addShop, 92, ['logo', 'delivery', 'visa', 'truck', 'pixel', 'cart', 'count.example']],
  ['a gallery', addGallery, 99, ['artist-portrait', 'divider', 'paper-texture', 'placeholder']],
  [
    'a blog',
    addBlog,
    99,
    ['header-photo', 'avatar-jo', 'avatar-kim', 'share', 'newsletter', 'step_'],
  ],
] as const;

test('the templates have 300 pages', () => {
  const pages = TEMPLATES.map(([, add, count]) => {
    const site = new GeneratedSite();
    add(site, count, seededRandom(12));
    return site.pages;
  });
  expect(pages).toEqual([100, 100, 100]);
});

describe.each(TEMPLATES)('%s', (name, add, count, decoration) => {
  const site = new GeneratedSite();
  add(site, count, seededRandom(12));
  const folder = join(root, name.replaceAll(' ', '-'));

  test('every picture is an item with its largest file, title and page; decoration is left out and named', async () => {
    await site.write(folder);
    const { entries, warnings } = await collect(await openSite(folder));
    const found = Object.fromEntries(
      entries.map(({ item: { id, image, title, url, group, attributes } }) => [
        id,
        {
          image,
          title,
          url,
          ...(group === undefined ? {} : { group }),
          ...(attributes?.price === undefined ? {} : { price: attributes.price }),
        },
      ]),
    );
    expect(found).toEqual(Object.fromEntries(site.expected));
    for (const { item, path } of entries) expect(path).toBe(join(folder, item.image));
    const said = warnings.join('\n');
    for (const one of decoration) {
      // A line names three of each kind and counts the others.
      const isListed = said.includes(one) || /and \d+ more/.test(said);
      expect(isListed, `${one} in\n${said}`).toBe(true);
    }
  });
});
