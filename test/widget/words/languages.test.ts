import { describe, expect, test } from 'vitest';

import { en } from '../../../src/widget/words/en.ts';
import { hasWords, LANGUAGES, loadWords, wordsFor } from '../../../src/widget/words/languages.ts';
import type { Messages, Plural } from '../../../src/widget/words/messages.ts';

/** Forms of whole numbers below a million, which CLDR asks for and a count of pictures can have. */
function formsOf(language: string): Set<string> {
  const rules = new Intl.PluralRules(language);
  return new Set(Array.from({ length: 1000 }, (_, n) => rules.select(n)));
}

const placesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

test('English and Chinese, and eight more', () => {
  expect(LANGUAGES).toEqual([...['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'ko', 'pt', 'zh']]);
});

test('English is there at once, the others when they are loaded', async () => {
  expect(hasWords('en-GB')).toBe(true);
  expect(hasWords('xx')).toBe(true);
  expect(hasWords('de-AT')).toBe(false);
  expect([wordsFor('de-AT').text('choose'), wordsFor('de-AT').language]).toEqual([
    'Choose a photo',
    'en',
  ]);
  await loadWords('de-AT');
  expect([wordsFor('de').text('choose'), wordsFor('de-AT').language]).toEqual([
    'Foto auswählen',
    'de-AT',
  ]);
});

const MESSAGES: readonly (readonly [string, Messages])[] = await Promise.all(
  LANGUAGES.map(async (language) => {
    const module = await import(`../../../src/widget/words/${language}.ts`);
    return [language, module[language] as Messages] as const;
  }),
);

/** Texts that a language shares with English. */
const SAME: Partial<Record<string, readonly string[]>> = {
  es: ['No'],
  fr: ['Photo {n}'],
  it: ['No'],
};

describe.each(MESSAGES)('%s', (language, messages: Messages) => {
  test('says everything, with the same places as English', () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(en).sort());
    for (const [key, original] of Object.entries(en) as [keyof Messages, string | Plural][]) {
      const said = messages[key] as string | Plural;
      if (typeof original === 'string') {
        expect(said, key).not.toBe('');
        expect(placesOf(said as string), key).toEqual(placesOf(original));
        continue;
      }
      for (const [form, text] of Object.entries(said as Plural)) {
        expect(text, `${key}.${form}`).not.toBe('');
        expect(['{n}', ''], `${key}.${form}`).toContain(placesOf(text).join(''));
      }
      expect((said as Plural).other, key).toContain('{n}');
    }
  });

  test('has every plural form that its grammar asks for', () => {
    const forms = formsOf(language);
    for (const [key, said] of Object.entries(messages)) {
      if (typeof said === 'string') continue;
      for (const form of forms) expect(Object.keys(said), key).toContain(form);
    }
  });

  test('is no copy of English', () => {
    if (language === 'en') return;
    const same = Object.entries(messages).filter(
      ([key, said]) =>
        typeof said === 'string' &&
        said === en[key as keyof Messages] &&
        !SAME[language]?.includes(said),
    );
    expect(same).toEqual([]);
  });
});

test('the page’s region shapes the figures; an unknown language falls back to English', async () => {
  for (const language of LANGUAGES) await loadWords(language);
  expect(wordsFor('de-CH').number(1234567)).toMatch(/^1[’']234[’']567$/);
  expect(wordsFor('zh-Hant-TW').text('choose')).toBe('选择照片');
  expect(wordsFor('xx').language).toBe('en');
  expect(wordsFor('ar').count('matches', 2)).toBe('مطابقتان محتملتان');
  expect(wordsFor('ar').count('matches', 11)).toContain('مطابقة');
  expect(wordsFor('ja').count('moreViews', 3)).toBe('ほかの写真 3 枚');
});

test('every sentence can be replaced by the page', () => {
  const words = wordsFor('en', { choose: 'Pick', matches: { one: 'one', other: '{n} found' } });
  expect([words.text('choose'), words.count('matches', 5), words.text('another')]).toEqual([
    'Pick',
    '5 found',
    'Another photo',
  ]);
});

test('parts that failed are counted in words, because "5/10" is read aloud as a fraction', () => {
  const words = wordsFor('en');
  expect(words.notice({ code: 'details-partial', message: '', detail: '5/10' })).toBe(
    'Pictures and titles of 5 of 10 results could not be loaded.',
  );
  expect(words.notice({ code: 'index-partial', message: '', detail: '1/12' })).toBe(
    'Part of the catalogue could not be searched: 1 of its 12 parts could not be read.',
  );
  expect(words.notice({ code: 'server-failed', message: '', detail: '503' })).toBe(
    'This site’s server returned 503: searching the copy saved on this device.',
  );
});
