import { isUrl } from '../../browser/parse-url.ts';

/** The host of a URL, or its scheme (`data:`) if it has no host. */
export function hostOf(address: string): string {
  if (!isUrl(address, document.baseURI)) return address;
  const url = new URL(address, document.baseURI);
  return url.host || url.protocol;
}
