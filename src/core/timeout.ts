/** Timers that Node, pages and workers share. */
declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Waits for `work`, but no longer than `ms`; the work itself goes on.
 * @param tooLate makes the error that a late answer rejects with
 */
export async function withTimeout<T>(
  work: Promise<T>,
  ms: number,
  tooLate: () => Error,
): Promise<T> {
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
