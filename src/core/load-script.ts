import { messageOf, SoutuError } from './errors.ts';

/**
 * @param script what `import()` returns
 * @throws SoutuError `WorkerError`: browsers remember a script that failed to load, so only a new worker or a new
 * visit to the page tries again
 */
export async function loadScript<T>(script: Promise<T>): Promise<T> {
  try {
    return await script;
  } catch (error) {
    throw new SoutuError(
      'WorkerError',
      `A script of the search cannot be loaded (${messageOf(error)}). Check the connection and try again; if that does ` +
        'not help, reload the page.',
      { cause: error },
    );
  }
}
