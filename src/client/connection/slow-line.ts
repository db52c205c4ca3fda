/** Milliseconds that the page itself took to arrive, from which on a line counts as slow. */
const SLOW_MS = 450;

/**
 * Whether the connection is slow, so that every round trip counts. Measured by the page's own download, because few
 * browsers report the connection.
 */
export function isSlowLine(): boolean {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  // A page from the browser's own cache says nothing about the connection.
  if (!page || page.requestStart === 0 || page.transferSize === 0) return false;
  return page.responseEnd - page.requestStart >= SLOW_MS;
}
