import { expect, test } from 'vitest';
import { foldedText, foldedWords, wordsMatcher } from '../../../src/core/search/text-words.ts';

test.each<[string, string[]]>([
  ['Blue  Bowl, 20 cm', ['blue', 'bowl', '20', 'cm']],
  ['CAFÉ Cafe\u0301', ['cafe', 'cafe']],
  ['Straße ŁÓDŹ Ærø Đại', ['strasse', 'lodz', 'aero', 'dai']],
  ['İstanbul ılık', ['istanbul', 'ilik']],
  ['مُحَمَّد كـــتاب أحمد', ['محمد', 'كتاب', 'احمد']],
  ['שָׁלוֹם', ['שלום']],
  ['ﬁne ①', ['fine', '1']],
  ['— · …', []],
])('%s has the words %j', (text, words) => {
  expect(foldedWords(text)).toEqual(words);
});

test.each<[string, string, boolean]>([
  ['Blue bowl', 'bowl blue', true],
  ['Blue bowl', 'blue bo', true],
  ['Blue bowl', 'bo blue', false],
  ['Blue bowl', 'blue owl', false],
  ['Blue bowl', 'blue bowl green', false],
  ['Café au lait', 'CAFE', true],
  ['Cafe', 'café', true],
  ['青い花瓶', '花瓶', true],
  ['青い花瓶', '花器', false],
  ['かばん', 'がばん', false],
  ['แจกันสีน้ำเงิน', 'สีน้ำเงิน', true],
  ['파란 꽃병', '꽃', true],
  ['파란 꽃병', '병', false],
  ['नीला कटोरा', 'नील', true],
  ['नीला कटोरा', 'नल', false],
])('“%s” has “%s”: %s', (title, text, expected) => {
  expect(wordsMatcher(text)?.(foldedText([title]))).toBe(expected);
});

test('words may be in different texts, and do not run across their ends', () => {
  const folded = foldedText(['Blue bowl', 'red', 'cm 20']);
  expect(wordsMatcher('red bowl')?.(folded)).toBe(true);
  expect(wordsMatcher('bowlred')?.(folded)).toBe(false);
});

test.each(['', '  ', '…'])('“%s” has no words to look for', (text) => {
  expect(wordsMatcher(text)).toBeNull();
});
