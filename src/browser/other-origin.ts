/**
 * What a file on another origin than the page needs, a sentence for errors: browsers do not say whether it
 * was this or the network.
 * @param origin the file's
 * @param page the page's origin
 * @param policy the directives of a Content-Security-Policy that must name the file's origin
 * @returns an empty string where the file is of the page's own origin
 */
export function otherOriginNeeds(origin: string, page: string | undefined, policy: string): string {
  if (page === undefined || origin === page) return '';
  return (
    `It lies on another origin than the page: its server must send "Access-Control-Allow-Origin: ${page}" ` +
    `(or *) with it, and a Content-Security-Policy of the page must allow ${policy.replaceAll('ORIGIN', origin)}.`
  );
}
