/**
 * The few texts of an element in button mode, in every language of the search. They are the same as in words/*.ts, which
 * are loaded with the panel.
 */
import { primaryOf } from '../words/page-language.ts';

export interface ButtonWords {
  readonly language: string;
  readonly label: string;
  readonly close: string;
  readonly dropAnywhere: string;
  readonly gettingReady: string;
}

type Row = readonly [label: string, close: string, dropAnywhere: string, gettingReady: string];

const BUTTON_WORDS: Readonly<Record<string, Row>> = {
  ar: ['البحث بالصورة', 'أغلق', 'أفلت الصورة في أي مكان للبحث بها', 'يجري التحضير…'],
  de: [
    'Bildersuche',
    'Schließen',
    'An beliebiger Stelle loslassen, um mit diesem Foto zu suchen',
    'Gleich bereit…',
  ],
  en: ['Search by picture', 'Close', 'Drop anywhere to search with this photo', 'Getting ready…'],
  es: [
    'Buscar con una imagen',
    'Cerrar',
    'Suelte en cualquier lugar para buscar con esta foto',
    'Preparando…',
  ],
  fr: [
    'Recherche par image',
    'Fermer',
    'Relâchez n’importe où pour chercher avec cette photo',
    'Préparation…',
  ],
  it: [
    'Cerca con un’immagine',
    'Chiudi',
    'Rilascia ovunque per cercare con questa foto',
    'Preparazione…',
  ],
  ja: ['画像で検索', '閉じる', 'どこにドロップしてもこの写真で検索します', '準備しています…'],
  ko: ['이미지로 검색', '닫기', '어디에 놓아도 이 사진으로 검색합니다', '준비하는 중…'],
  pt: [
    'Pesquisa por imagem',
    'Fechar',
    'Solte em qualquer lugar para pesquisar com esta foto',
    'A preparar…',
  ],
  zh: ['以图搜图', '关闭', '在任意位置松开即可用这张照片搜索', '正在准备…'],
};

/** English if the language is missing. */
export function buttonWordsFor(language: string): ButtonWords {
  const primary = primaryOf(language);
  const own = Object.hasOwn(BUTTON_WORDS, primary) ? BUTTON_WORDS[primary] : undefined;
  const [label, close, dropAnywhere, gettingReady] = own ?? (BUTTON_WORDS.en as Row);
  return { language: own ? language : 'en', label, close, dropAnywhere, gettingReady };
}
