/** The language of a place on the page. */

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

export function primaryOf(language: string): string {
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
