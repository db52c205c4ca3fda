import { sleep } from '../../core/timeout.ts';

export interface Retries {
  /** Further tries after the first. */
  readonly tries: number;
  /** Before the first further try; twice as long before each that follows. */
  readonly backOffMs: number;
}

export const STORE_RETRIES: Retries = { tries: 5, backOffMs: 500 };

/**
 * @param work must be safe to do twice
 * @param mayPass whether an error may be gone at the next try: a lost connection, an engine that is overloaded
 * @param again is called before each further try
 * @throws the last error
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  mayPass: (error: unknown) => boolean,
  { tries, backOffMs }: Retries = STORE_RETRIES,
  again: (error: unknown) => void = () => undefined,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (failures === tries || !mayPass(error)) throw error;
      again(error);
      await sleep(backOffMs * 2 ** failures);
    }
  }
}
