import type { Notice } from '../core/contract.ts';
import { messageOf } from '../core/errors.ts';
import type { AssetStore } from './asset-store.ts';
import { createMemoryStore } from './memory-store.ts';

/** Some browsers never answer where storage is broken. */
const OPEN_MS = 4000;

const tooLate = () =>
  new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the storage does not answer')), OPEN_MS);
  });

export interface ResilientStore extends AssetStore {
  /** What the visitor should know: that nothing could be kept, and why. */
  notices(): readonly Notice[];
}

/**
 * A store that never stands in the way of a search: where the device's storage is blocked or full, what
 * was fetched is kept in memory, and a notice says so.
 */
export function createResilientStore(open: () => Promise<AssetStore>): ResilientStore {
  const memory = createMemoryStore();
  let failure: string | null = null;
  const fail = (error: unknown) => {
    failure ??= messageOf(error);
  };
  const opened = Promise.race([open(), tooLate()]).catch((error: unknown) => {
    fail(error);
    return null;
  });

  /** Tries the device's storage, then memory. */
  async function either<T>(
    action: (store: AssetStore) => Promise<T>,
    enough: (value: T) => boolean,
  ): Promise<T> {
    const device = await opened;
    if (device) {
      try {
        const value = await action(device);
        if (enough(value)) return value;
      } catch (error) {
        fail(error);
      }
    }
    return action(memory);
  }

  async function both(action: (store: AssetStore) => Promise<void>): Promise<void> {
    await action(memory);
    await either(action, () => true);
  }

  return {
    get: (key) =>
      either(
        (store) => store.get(key),
        (value) => value !== undefined,
      ),
    put: (key, bytes) =>
      either(
        (store) => store.put(key, bytes),
        () => true,
      ),
    delete: (key) => both((store) => store.delete(key)),
    clear: () => both((store) => store.clear()),
    async keys() {
      const kept = await either(
        (store) => store.keys(),
        () => true,
      );
      return [...new Set([...kept, ...(await memory.keys())])].sort();
    },
    close() {
      opened.then((store) => store?.close());
    },
    notices: () =>
      failure === null
        ? []
        : [
            {
              code: 'memory-only',
              message:
                'This browser keeps nothing for the next visit (its storage is blocked or full), ' +
                `so everything is loaded again then. (${failure})`,
            },
          ],
  };
}
