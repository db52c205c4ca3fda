/** The element's language: the page's if we have it, otherwise English. Each language is a script of its own. */
import { en } from './en.ts';
import type { ElementMessages, Messages } from './messages.ts';
import { primaryOf } from './page-language.ts';
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
  replaced: Partial<ElementMessages> = {},
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
