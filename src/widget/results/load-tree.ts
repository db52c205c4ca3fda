import type { SearchResponse } from '../../core/contract.ts';
import { lazy } from '../../core/lazy.ts';
import { loadScript } from '../../core/load-script.ts';

/**
 * Loads the script of filters with levels, once, on the first call. Few catalogues have any.
 * @throws SoutuError `WorkerError` if it cannot be loaded
 */
export const loadTree = lazy(() => loadScript(import('./facet-tree.ts')));

/** Whether a filter of this response needs the script. */
export function needsTree({ attributes = [], facets }: SearchResponse): boolean {
  return attributes.some(({ name, levels }) => levels && Object.hasOwn(facets, name));
}
