/** `URL.canParse` is missing from Safari before 17. */
declare const URL: new (url: string, base?: string) => ParsedUrl;

interface ParsedUrl {
  readonly href: string;
}

/** Whether `new URL(url, base)` succeeds. */
export function isUrl(url: string, base?: string): boolean {
  try {
    return new URL(url, base).href !== '';
  } catch {
    return false;
  }
}
