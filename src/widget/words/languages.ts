/** Which language the element speaks: the page's, where we have it, else English. */
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { Messages } from './messages.ts';
import { pt } from './pt.ts';
import { type Labels, Words } from './words.ts';
import { zh } from './zh.ts';

export const LANGUAGES: Readonly<Record<string, Messages>> = {
  ar,
  de,
  en,
  es,
  fr,
  it,
  ja,
  ko,
  pt,
  zh,
};

/**
 * @param replaced the page's own sentences, in place of ours
 * @param labels the page's names for the catalogue's attributes
 */
export function wordsFor(
  language: string,
  replaced: Partial<Messages> = {},
  labels: Labels = {},
): Words {
  const known = knownLanguage(language);
  const messages = { ...(LANGUAGES[known] as Messages), ...replaced };
  // Region and script of the page's language shape its numbers and prices.
  return new Words(primaryOf(language) === known ? language : known, messages, labels);
}

function knownLanguage(language: string): string {
  const primary = primaryOf(language);
  return Object.hasOwn(LANGUAGES, primary) ? primary : 'en';
}

/** The `lang` that holds for an element: its own or the nearest above it, through shadow roots. */
export function languageOf(element: Element): string {
  for (let at: Node | null = element; at; at = above(at)) {
    if (!(at instanceof Element)) continue;
    const language = at.getAttribute('lang');
    if (language && isLanguage(language)) return language;
  }
  return 'en';
}

/** Whatever the region or script. */
export function sameLanguage(a: string, b: string): boolean {
  return primaryOf(a) === primaryOf(b);
}

function primaryOf(language: string): string {
  return language.split('-')[0]?.toLowerCase() ?? '';
}

function above(node: Node): Node | null {
  return node instanceof ShadowRoot ? node.host : node.parentNode;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** Tells when the page changes its language or direction; returns the end of that. */
export function watchLanguage(tell: () => void): () => void {
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributeFilter: ['lang', 'dir'] });
  return () => observer.disconnect();
}

/** The way in which a language is written. */
export function directionOf(language: string): 'rtl' | 'ltr' {
  const { script } = new Intl.Locale(language).maximize();
  return ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm'].includes(script ?? '') ? 'rtl' : 'ltr';
}
