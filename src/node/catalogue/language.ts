/** Whether a text is a language tag (BCP 47), such as `de` or `zh-Hant`. */
export function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
