import { isUrl } from '../browser/parse-url.ts';

/** `data:` where the address has no host. */
export function hostOf(address: string): string {
  if (!isUrl(address, document.baseURI)) return address;
  const url = new URL(address, document.baseURI);
  return url.host || url.protocol;
}
