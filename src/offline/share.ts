/** The share target of the installed app: stores the photo in a cache and opens the page, which reads it. */

declare const self: ServiceWorkerGlobalScope;

/** Must match `app.webmanifest`. */
export const SHARE_PATH = new URL('share', self.location.href).href;
const SHARED_CACHE = 'soutu-shared';
const SHARED_PHOTO = new URL('shared-photo', self.location.href).href;

export async function takeShared(request: Request): Promise<Response> {
  const page = new URL('./', self.location.href);
  try {
    const photo = (await request.formData()).get('photo');
    if (photo instanceof File) {
      const cache = await caches.open(SHARED_CACHE);
      const headers = { 'content-type': photo.type || 'application/octet-stream' };
      await cache.put(SHARED_PHOTO, new Response(photo, { headers }));
      page.searchParams.set('shared', '');
    }
  } catch {
    // If the share cannot be read, open the page without it: the visitor can choose the photo there.
  }
  return Response.redirect(page.href, 303);
}
