/** Decides which network responses may be stored, and in which form. */

/**
 * `Vary` is dropped, because lookups use the URL alone and the cache rejects `Vary: *`. The other two describe the
 * body as transferred.
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
 * A script, style or picture. A captive portal, or a host that serves its start page for every path, returns HTML
 * with status 200 instead.
 */
export function isFile(response: Response): boolean {
  return response.ok && !response.redirected && !isHtml(response);
}

export function isPage(response: Response): boolean {
  return response.ok && !response.redirected && isHtml(response);
}
