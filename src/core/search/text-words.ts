/**
 * Words of a text, for comparison: lower case, without accents. A language that writes without spaces has no words to
 * split, so its texts are searched as they are.
 */

/** Letters that Unicode does not decompose into a base letter and a mark. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
};

/** Accents, Hebrew points, Arabic vowel signs and the Arabic tatweel. Marks of other scripts are letters of their own. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
/** Han, kana, Thai, Lao, Khmer and Burmese. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whether a word belongs to a language without spaces, so that any part of it may be a word. */
export const isUnspaced = (word: string) => UNSPACED.test(word);

export function foldedWords(text: string): string[] {
  const plain = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(/[ßæœøđðþłı]/g, (letter) => PLAIN_LETTERS[letter] as string);
  return plain.match(WORDS) ?? [];
}

/** Words in one string that `wordsMatcher` can search. */
export function foldedText(texts: readonly string[]): string {
  return ` ${texts.flatMap(foldedWords).join(' ')} `;
}

/**
 * What the result of `foldedText` must contain: every word, the last one as the beginning of a word.
 * @returns null if the text has no words, so that there is nothing to test
 */
export function wantedWords(text: string): readonly string[] | null {
  const words = foldedWords(text);
  if (words.length === 0) return null;
  return words.map((word, i) => {
    if (isUnspaced(word)) return word;
    return i === words.length - 1 ? ` ${word}` : ` ${word} `;
  });
}

/** A test for the results of `foldedText`; null if there is nothing to test. */
export function wordsMatcher(text: string): ((folded: string) => boolean) | null {
  const wanted = wantedWords(text);
  return wanted && ((folded) => wanted.every((one) => folded.includes(one)));
}
