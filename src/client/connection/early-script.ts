/**
 * A script of built sites that runs before the page's other scripts have arrived, and imports none of them: it begins
 * to download the manifest, which a search needs first. `takeEarlyManifest` finds it.
 */
const url = new URL('./bundle/manifest.json', document.baseURI).href;
globalThis.soutuEarlyManifest = {
  url,
  since: performance.now(),
  bytes: fetch(url, { cache: 'no-cache', signal: AbortSignal.timeout(30_000) })
    .then((response) => (response.ok ? response.arrayBuffer() : null))
    .catch(() => null),
};
