/** Words of the page as options of the build. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkTexts, withOwnTexts } from '../../../../src/node/build/page/own-texts.ts';
import { NO_TEXTS } from '../../../../src/node/catalogue/page-texts.ts';
import { soutu } from '../../../support/command/run-soutu.ts';
import { writePhotos } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';

test('options win over the catalogue, each by itself', () => {
  const texts = { ...NO_TEXTS, title: 'Mugs', subtitle: 'Of clay', lang: 'en' };
  expect(withOwnTexts(texts, {})).toEqual(texts);
  expect(withOwnTexts(texts, { title: 'Krüge', lang: 'de' })).toEqual({
    ...texts,
    title: 'Krüge',
    lang: 'de',
  });
  expect(withOwnTexts(NO_TEXTS, { subtitle: 'S', note: 'N' })).toEqual({
    ...NO_TEXTS,
    subtitle: 'S',
    note: 'N',
  });
});

test.each([
  [{ title: '' }, 'build: "title" must be a text that is not empty, got ""'],
  [{ note: 5 as unknown as string }, 'build: "note" must be a text that is not empty, got 5.'],
  [
    { lang: 'a language' },
    'build: "lang" must be a language as in "de" or "zh-Hant", got "a language".',
  ],
])('refuses %j', (options, message) => {
  expect(() => checkTexts(options)).toThrow(message);
});

test('the page of a folder: the title of a config, or of a flag, which also changes where nothing else does', async () => {
  const root = await tempFolder();
  await writePhotos(join(root, 'photos'), { 'a.png': 1, 'b.png': 2 });
  const config = join(root, 'soutu.config.json');
  const options = { photos: 'photos', out: 'site', title: 'Krüge & Töpfe', lang: 'de' };
  await writeFile(config, JSON.stringify(options));
  const page = async (...flags: string[]) => {
    expect(await soutu('build', '--config', config, ...flags)).toMatchObject({ code: 0 });
    return readFile(join(root, 'site/index.html'), 'utf8');
  };
  const own = await page();
  expect(own).toContain('<html lang="de">');
  expect(own).toContain('<title>Krüge &amp; Töpfe</title>');
  expect(await page('--title', 'Mugs', '--lang', 'en')).toContain('<title>Mugs</title>');
});
