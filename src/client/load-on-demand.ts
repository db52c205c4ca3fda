import { lazy } from '../core/lazy.ts';
import { loadScript } from '../core/load-script.ts';

/**
 * Loads the on-demand script, once, on the first call.
 * @throws SoutuError `WorkerError` if it cannot be loaded
 */
export const loadOnDemand = lazy(() => loadScript(import('./on-demand.ts')));
