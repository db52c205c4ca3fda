/** Which language the element speaks: the page's, where we have it, else English. */
import { en } from './en.ts';
import type { Messages } from './messages.ts';
import { type Labels, Words } from './words.ts';

const LANGUAGES: Readonly<Record<string, Messages>> = { en };

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
  const primary = language.split('-')[0]?.toLowerCase();
  return new Words(primary === known ? language : known, messages, labels);
}

function knownLanguage(language: string): string {
  const primary = language.split('-')[0]?.toLowerCase() ?? '';
  return primary in LANGUAGES ? primary : 'en';
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
