/**
 * The few texts of `<soutu-similar>` in every language of the search. They are not in words/*.ts, because those would
 * make the script of a product page three times as large.
 */
import { primaryOf } from '../words/page-language.ts';

export interface SimilarWords {
  readonly language: string;
  readonly heading: string;
  readonly previous: string;
  readonly next: string;
}

const WORDS: Readonly<Record<string, readonly [heading: string, previous: string, next: string]>> =
  {
    ar: ['منتجات مشابهة', 'السابق', 'التالي'],
    de: ['Ähnliche Artikel', 'Zurück', 'Weiter'],
    en: ['Similar items', 'Previous', 'Next'],
    es: ['Artículos parecidos', 'Anterior', 'Siguiente'],
    fr: ['Articles similaires', 'Précédent', 'Suivant'],
    it: ['Articoli simili', 'Precedente', 'Successivo'],
    ja: ['似ているアイテム', '前へ', '次へ'],
    ko: ['비슷한 상품', '이전', '다음'],
    pt: ['Artigos parecidos', 'Anterior', 'Seguinte'],
    zh: ['相似商品', '上一个', '下一个'],
  };

/** English if the language is missing. */
export function similarWordsFor(language: string): SimilarWords {
  const primary = primaryOf(language);
  const own = Object.hasOwn(WORDS, primary) ? WORDS[primary] : undefined;
  const [heading, previous, next] = own ?? (WORDS.en as NonNullable<typeof own>);
  return { language: own ? language : 'en', heading, previous, next };
}
