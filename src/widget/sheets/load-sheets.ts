import { lazy } from '../../core/lazy.ts';
import { loadScript } from '../../core/load-script.ts';

/**
 * Loads the script of the sheets, once, on the first call.
 * @throws SoutuError `WorkerError` if it cannot be loaded
 */
export const loadSheets = lazy(() => loadScript(import('./index.ts')));
