/** The element's language: the page's if we have it, otherwise English. Each language is a script of its own. */
import { en } from './en.ts';
import type { Messages } from './messages.ts';
import { type Labels, Words } from './words.ts';

/** English is part of the element, and the fallback for a language that is missing or cannot be loaded. */
const OTHERS: Readonly<Record<string, () => Promise<Messages>>> = {
  ar: async () => (await import('./ar.ts')).ar,
  de: async () => (await import('./de.ts')).de,
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
  it: async () => (await import('./it.ts')).it,
  ja: async () => (await import('./ja.ts')).ja,
  ko: async () => (await import('./ko.ts')).ko,
  pt: async () => (await import('./pt.ts')).pt,
  zh: async () => (await import('./zh.ts')).zh,
};

export const LANGUAGES: readonly string[] = ['en', ...Object.keys(OTHERS)].sort();

const loaded = new Map<string, Messages>([['en', en]]);

/** Whether the texts for this language are loaded. */
export function hasWords(language: string): boolean {
  return loaded.has(knownLanguage(language));
}

/** Never rejects: if loading fails, the element uses English. */
export async function loadWords(language: string): Promise<void> {
  const known = knownLanguage(language);
  const messages = await OTHERS[known]?.().catch(() => en);
  if (messages) loaded.set(known, messages);
}

/**
 * English until `loadWords` has loaded the language.
 * @param replaced the page's texts, which replace the built-in ones
 * @param labels the page's display names for attributes
 */
export function wordsFor(
  language: string,
  replaced: Partial<Messages> = {},
  labels: Labels = {},
): Words {
  const known = knownLanguage(language);
  const own = loaded.get(known) ?? en;
  // Numbers and prices follow the region and script of the page's language.
  const isOwn = primaryOf(language) === known && (own !== en || known === 'en');
  return new Words(isOwn ? language : 'en', { ...own, ...replaced }, labels);
}

function knownLanguage(language: string): string {
  const primary = primaryOf(language);
  return Object.hasOwn(OTHERS, primary) ? primary : 'en';
}

/** The language of an element: its own `lang` or its nearest ancestor's, across shadow roots. */
export function languageOf(element: Element): string {
  for (let at: Node | null = element; at; at = above(at)) {
    if (!(at instanceof Element)) continue;
    const language = at.getAttribute('lang');
    if (language && isLanguage(language)) return language;
  }
  return 'en';
}

/** Compares the primary language only, without region and script. */
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

/** Calls back when the page's language or direction changes; returns a function that stops watching. */
export function watchLanguage(tell: () => void): () => void {
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributeFilter: ['lang', 'dir'] });
  return () => observer.disconnect();
}

/** The writing direction of a language. */
export function directionOf(language: string): 'rtl' | 'ltr' {
  const { script } = new Intl.Locale(language).maximize();
  return ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm'].includes(script ?? '') ? 'rtl' : 'ltr';
}
