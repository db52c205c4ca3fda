/** Which answers of the network may be stored, and in which form. */

/**
 * `Vary` is dropped, since the cache is asked by URL alone and refuses `Vary: *`; the other two describe the body
 * as it was transferred.
 */
const DROPPED_HEADERS = ['vary', 'content-encoding', 'content-length'];

export function storable(response: Response, body: BodyInit | null = response.body): Response {
  const headers = new Headers(response.headers);
  for (const name of DROPPED_HEADERS) headers.delete(name);
  const { status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}

export function isHtml(response: Response): boolean {
  return /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
}

/**
 * A script, style or picture. A captive portal, or a host that answers every path with its start page, sends HTML
 * with status 200 instead.
 */
export function isFile(response: Response): boolean {
  return response.ok && !response.redirected && !isHtml(response);
}

export function isPage(response: Response): boolean {
  return response.ok && !response.redirected && isHtml(response);
}
