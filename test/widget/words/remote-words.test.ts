import { expect, test, vi } from 'vitest';
import { REMOTE_WORDS, remoteWordsFor } from '../../../src/widget/remote/remote-words.ts';
import { LANGUAGES } from '../../../src/widget/words/languages.ts';

test('every language says what is sent and to whom', () => {
  expect(Object.keys(REMOTE_WORDS).sort()).toEqual(LANGUAGES);
  for (const [language, row] of Object.entries(REMOTE_WORDS)) {
    const places = row.map((text) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place));
    expect(places, language).toEqual([['{host}'], ['{host}'], [], []]);
    expect(new Set(row).size).toBe(row.length);
    if (language === 'en') continue;
    for (const [i, text] of row.entries()) expect(text).not.toBe(REMOTE_WORDS.en?.[i]);
  }
});

test('the host with its port, and English for a language that is missing', () => {
  const service = 'https://search.shop.example:8443/api/';
  expect(remoteWordsFor('de-AT', service).private).toContain(
    'an search.shop.example:8443 gesendet',
  );
  expect(remoteWordsFor('xx', service).private).toMatch(/^Your photo stays .* to search\.shop/);
});

test('words that could not be loaded are tried again with the next search', async () => {
  const path = '../../../src/widget/remote/remote-words.ts';
  vi.resetModules();
  vi.doMock(path, () => {
    throw new Error('no network');
  });
  const { loadRemoteWords, remoteWords, retryRemoteWords } = await import(
    '../../../src/widget/remote/load-remote-words.ts'
  );
  const service = 'https://search.shop.example/';
  expect(remoteWords('en', service)).toBeNull();
  await loadRemoteWords();
  expect(remoteWords('en', service)?.private).toBe('');
  expect(await retryRemoteWords()).toBe(false);
  vi.doUnmock(path);
  expect(await retryRemoteWords()).toBe(true);
  expect(remoteWords('en', service)?.private).toContain('search.shop.example');
  expect(await retryRemoteWords()).toBe(false);
});
