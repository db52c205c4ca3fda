/**
 * A sentence for errors about the headers that a file on another origin needs. Browsers do not reveal whether a request
 * failed for lack of them or because of the network.
 * @param origin the file's
 * @param page the page's origin
 * @param policy the Content-Security-Policy directives that must list the file's origin
 * @returns an empty string if the file has the page's origin
 */
export function otherOriginNeeds(origin: string, page: string | undefined, policy: string): string {
  if (page === undefined || origin === page) return '';
  return (
    `It lies on another origin than the page: its server must send "Access-Control-Allow-Origin: ${page}" ` +
    `(or *) with it, and a Content-Security-Policy of the page must allow ${policy.replaceAll('ORIGIN', origin)}.`
  );
}
