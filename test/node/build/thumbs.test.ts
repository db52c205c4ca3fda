/** Which items have a thumbnail file, and that builds without one need not decode a photo again. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { build } from '../../../src/node/build/build.ts';
import { checkOptions } from '../../../src/node/build/check-options.ts';
import { MOST_THUMBS, thumbsFor } from '../../../src/node/build/thumbs.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

test.each([
  ['all', 1e6, true, true],
  ['auto', MOST_THUMBS, true, true],
  ['auto', MOST_THUMBS + 1, false, true],
  ['missing', 1, false, true],
] as const)('%s, %i items: of URLs %o, of paths %o', (option, count, ofUrls, ofPaths) => {
  const hasFile = thumbsFor(option, count);
  expect(hasFile({ image: 'https://shop.example/a.jpg' }, 'https://shop.example/a.jpg')).toBe(
    ofUrls,
  );
  expect(hasFile({ image: '/img/a.jpg' }, '/home/me/dist/img/a.jpg')).toBe(ofUrls);
  expect(hasFile({ image: 'a.jpg' }, '/home/me/a.jpg')).toBe(ofPaths);
  // A path on this machine is no address of a page.
  expect(hasFile({ image: '/home/me/a.jpg' }, '/home/me/a.jpg')).toBe(true);
});

test('another word is refused', () => {
  const options = { photos: '.', out: 'x', thumbs: 'none' as 'all' };
  expect(() => checkOptions(options)).toThrow(
    'build: "thumbs" must be one of auto, all, missing, got "none".',
  );
});

test('a bundle without files keeps ThumbHash and size, and decodes no photo again; "all" brings the files back', async () => {
  const root = await tempFolder();
  await writePhotos(root, { 'a.png': 1, 'b.png': 2, 'c.png': 3 });
  const items = ['a', 'b', 'c'].map((id) => ({
    id,
    photo: join(root, `${id}.png`),
    image: id === 'c' ? 'c.png' : `https://shop.example/${id}.png`,
  }));
  const out = join(root, 'bundle');
  const run = async (thumbs: 'all' | 'missing') => {
    const { counts } = await build({ items, out, bundleOnly: true, thumbs });
    const opened = await Bundle.open(folderSource(out));
    const details = await opened.details.of([0, 1, 2]);
    const files = await readdir(join(out, 'thumbs'));
    return { unchanged: counts.unchanged, details, files };
  };
  const missing = await run('missing');
  expect(missing.files).toHaveLength(1);
  expect(missing.details.map(({ thumb }) => thumb !== undefined)).toEqual([false, false, true]);
  for (const { thumbHash, thumbSize } of missing.details) {
    expect(thumbHash).toMatch(/./);
    expect(thumbSize).toHaveLength(2);
  }
  const again = await run('missing');
  expect(again).toEqual({ ...missing, unchanged: 3 });
  const all = await run('all');
  expect(all.files).toHaveLength(3);
  expect(all.details.every(({ thumb }) => all.files.includes(String(thumb).slice(7)))).toBe(true);
});
