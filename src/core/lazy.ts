/**
 * Runs `make` on the first call and returns the same promise from then on. A rejected promise is discarded, so
 * that the next call tries again.
 */
export function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let promise: Promise<T> | null = null;
  const get = () => {
    if (!promise) {
      const started = make();
      promise = started;
      started.catch(() => {
        if (promise === started) promise = null;
      });
    }
    return promise;
  };
  return Object.assign(get, { started: () => promise });
}

export interface Lazy<T> {
  (): Promise<T>;
  /** The promise where `make` has run and not failed, else null. */
  started(): Promise<T> | null;
}
