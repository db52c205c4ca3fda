/** What an owner is told who gives a wrong folder, or whose pages have faults. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { placesOf } from '../../../../src/node/build/build-places.ts';
import { collect } from '../../../../src/node/catalogue/collect.ts';
import { openSite } from '../../../../src/node/catalogue/site/site-source.ts';
import { png } from '../../../support/generated-site/png.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
let sites = 0;

async function siteWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = join(root, String(sites++));
  await mkdir(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

test('a folder that is no built site', async () => {
  expect(await messageOf(openSite(join(root, 'nowhere')))).toBe(
    `CatalogueError: ${root}/nowhere: no such folder; expected a built site, with its pages in HTML. Build your site first.`,
  );
  const photos = await siteWith({ 'a.png': png(300, 200, 'a') });
  expect(await messageOf(openSite(photos))).toBe(
    `CatalogueError: ${photos}: no pages (.html) in this folder or below it; expected a built site. ` +
      'For a folder of photos, leave --site out.',
  );
});

test('a URL of the site that is none', async () => {
  const site = await siteWith({ 'index.html': '<!doctype html>' });
  for (const siteUrl of ['shop.example', 'ftp://shop.example/', 'https://me:pw@shop.example/']) {
    expect(await messageOf(openSite(site, { siteUrl }))).toBe(
      `UsageError: --site-url: expected where the site will be, such as "https://shop.example/", got "${siteUrl}".`,
    );
  }
});

test('a site without content says what was left out and why', async () => {
  const site = await siteWith({
    'index.html':
      '<!doctype html><img src="/icon.png"><img src="/gone.jpg"><img src="data:image/gif;base64,AA">' +
      '<img src="x.svg"><div data-soutu-ignore><img src="big.png"></div>',
    'icon.png': png(32, 32, 'icon'),
    'big.png': png(300, 200, 'big'),
    'x.svg': '<svg/>',
  });
  const message = await messageOf(collect(await openSite(site)));
  expect(message).toContain(
    `CatalogueError: ${site}: found no content images on its 1 page. To include a picture`,
  );
  expect(message).toContain('1 left out (icon.png): smaller than 100 pixels, as icons are.');
  expect(message).toContain('1 left out (x.svg): drawings (SVG) and icon files are no photos.');
  expect(message).toContain('1 left out (big.png): ignored by data-soutu-ignore.');
  expect(message).toContain(
    '1 left out (gone.jpg on index.html): pages show them, but they are not in the site.',
  );
  expect(message).toContain('1 left out (index.html 1): within the page itself (data: URLs).');
});

test('faults in pages are named, and the rest of them counts', async () => {
  const site = await siteWith({
    'index.html':
      '<!doctype html><script type="application/ld+json">{"@type": "Product",</script>' +
      '<img src="/a.png" alt="A" data-soutu-grup="B">',
    'part.html': '<li><img src="/b.png">',
    'a.png': png(300, 200, 'a'),
  });
  const { entries, warnings } = await collect(await openSite(site));
  expect(entries.map(({ item }) => item)).toEqual([
    { id: 'a', image: 'a.png', title: 'A', url: '/' },
  ]);
  expect(warnings).toEqual([
    `${site}/index.html: "data-soutu-grup" is unknown and ignored; did you mean "data-soutu-group"?`,
    `${site}/index.html: JSON-LD that is not JSON is ignored. Search engines ignore it, too, so fix it.`,
    `${site}: 1 left out (part.html): parts of pages, without <html>.`,
  ]);
});

test('pictures outside of the folder are not read, whatever a page says', async () => {
  await writeFile(join(root, 'secret.png'), png(300, 200, 'secret'));
  const site = await siteWith({
    'index.html':
      '<!doctype html><img src="../secret.png"><img src="/%2e%2e/secret.png"><img src="a.png">',
    'a.png': png(300, 200, 'a'),
  });
  const { entries } = await collect(await openSite(site));
  expect(entries.map(({ path }) => path)).toEqual([join(site, 'a.png')]);
});

test.each([
  [{ photos: 'p', site: 's' }, 'give "photos" or "site", not both.'],
  [{ site: 's', map: {} }, '"map" names columns of a table, but "site" has pages. Leave it out.'],
  [
    { photos: 'p', out: 'o', siteUrl: 'https://a.example' },
    '"siteUrl" says where "site" will be, which is missing.',
  ],
  [{ out: 'o' }, '"photos" is missing: a folder of photos, or a file that lists them.'],
  [{ photos: 'p' }, '"out" is missing: the folder to write.'],
])('options that do not go together: %o', (options, words) => {
  expect(() => placesOf(options)).toThrow(`build: ${words}`);
});

test('pages that no people wrote are read, too, and what cannot be read is left out with its name', async () => {
  const deep = `<!doctype html>${'<div>'.repeat(20_000)}<img src="/deep.png" alt="Deep">`;
  const wide = `<!doctype html><img src="/wide.png" alt="Wide">${'<i></i>'.repeat(150_000)}`;
  const nested = Array.from({ length: 9 }).reduce<string>(
    (url) => `/_next/image?url=${encodeURIComponent(url)}`,
    '/wide.png',
  );
  const site = await siteWith({
    'deep.html': deep,
    'wide.html': wide,
    'nested.html': `<!doctype html><img src="${nested}"><a href="https://shop.example//">x</a>`,
    'index.html':
      '<!doctype html><link rel="canonical" href="https://shop.example/"><img src="https://shop.example//deep.png" alt="Deep">',
    'deep.png': png(300, 200, 'deep'),
    'wide.png': png(310, 200, 'wide'),
  });
  const { entries } = await collect(await openSite(site));
  expect(entries.map(({ item }) => item.id).sort()).toEqual(['deep', 'wide']);
});

test('an earlier search below the site is not read, wherever it is, nor links of the file system', async () => {
  const site = await siteWith({
    'index.html': '<!doctype html><img src="/a.png" alt="A">',
    'a.png': png(300, 200, 'a'),
    'old/search/index.html': '<!doctype html><img src="b.png" alt="B">',
    'old/search/b.png': png(310, 200, 'b'),
    'old/search/soutu-page-files.txt': '',
  });
  await symlink(join(root, 'secret.png'), join(site, 'linked.html'));
  const { entries, warnings } = await collect(await openSite(site));
  expect(entries.map(({ item }) => item.id)).toEqual(['a']);
  expect(warnings).toEqual([
    `${site}: 1 left out (linked.html): links of the file system are not followed.`,
  ]);
});
