/** What an owner is told to add to the pages of a built site. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { siteUse, widgetScript } from '../../../../src/node/build/page/site-tag.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const site = join(root, 'dist');
await mkdir(join(site, 'soutu'), { recursive: true });
await mkdir(join(root, 'elsewhere'));
await writeFile(join(site, 'index.html'), '<!doctype html>');
await symlink(site, join(root, 'link'));

test('a tag with the addresses of element and bundle, and the site itself to look at', async () => {
  const tag =
    '<soutu-search bundle="/soutu/bundle/" group></soutu-search>' +
    '<script type="module" src="/soutu/widget.js"></script>';
  const use = { tag, notes: [], preview: site };
  expect(await siteUse(site, join(site, 'soutu'), { servedBelow: '/' }, false)).toEqual(use);
  // The same folder by another path.
  expect(await siteUse(site, join(root, 'link/soutu'), {}, false)).toEqual(use);
});

test('below a path, which soutu preview does not know', async () => {
  const out = join(site, 'find it');
  const { tag, preview } = await siteUse(site, out, { servedBelow: '/shop/' }, false);
  expect(tag).toContain('bundle="/shop/find%20it/bundle/"');
  expect(preview).toBe(out);
});

test('written elsewhere, it is to be copied; a bundle alone needs a bundler', async () => {
  const out = join(root, 'elsewhere');
  const outside = await siteUse(site, out, {}, false);
  expect(outside.notes).toEqual([`Copy ${out} into your site, so that it is at /soutu/.`]);
  expect(outside.preview).toBe(out);
  const bundle = await siteUse(site, join(site, 'soutu'), {}, true);
  expect(bundle.tag).toBe(
    `<soutu-search bundle="/soutu/" group></soutu-search><script type="module">import 'soutu/widget'</script>`,
  );
  expect(bundle.notes).toEqual([
    'The script needs a bundler, which finds soutu/widget. Without one, build without --bundle-only.',
  ]);
});

test("the script loads the page's script, and a page without one is a fault", () => {
  const html =
    '<script type="module" crossorigin src="./assets/page-0123456789abcdef.js"></script>';
  expect(widgetScript(html)).toBe("import './assets/page-0123456789abcdef.js';\n");
  expect(() => widgetScript('<p>')).toThrow('index.html has no script for the element.');
});
