/** Added by mail tools and advertisers; the page is the same without them. */
const TRACKING =
  /^(utm_\w+|gclid|gclsrc|gbraid|wbraid|dclid|fbclid|msclkid|mc_cid|mc_eid|igshid|yclid|_gl|_ga)$/;

/** The URL under which a page is stored: with its query string, without fragment and tracking parameters. */
export function pageUrl(address: string): string {
  const url = new URL(address);
  url.hash = '';
  const parameters = url.search.slice(1).split('&');
  // Not by URLSearchParams, which would re-encode the other parameters.
  const others = parameters.filter((parameter) => !TRACKING.test(parameter.split('=')[0] ?? ''));
  if (others.length < parameters.length) url.search = others.join('&');
  return url.href;
}
