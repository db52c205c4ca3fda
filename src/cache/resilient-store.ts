import type { Notice } from '../core/contract.ts';
import { messageOf } from '../core/errors.ts';
import { withTimeout } from '../core/timeout.ts';
import type { AssetStore } from './asset-store.ts';
import { createMemoryStore } from './memory-store.ts';
import { createOptionalStore } from './optional-store.ts';

/** Some browsers never answer where storage is broken. */
const OPEN_MS = 4000;

const tooLate = () => new Error('the storage does not answer');

export interface ResilientStore extends AssetStore {
  /** Tells the visitor that something could not be saved, and why. */
  notices(): readonly Notice[];
  /** The same device storage for optional data; it closes itself. */
  readonly optional: AssetStore;
}

/**
 * A store that never stands in the way of a search: where the device's storage is blocked or full, what
 * was fetched is kept in memory, and a notice says so.
 * @param makeRoom deletes data of less value than the new key from a full store
 */
export function createResilientStore(
  open: () => Promise<AssetStore>,
  makeRoom: (store: AssetStore, key: string) => Promise<void> = async () => undefined,
): ResilientStore {
  const memory = createMemoryStore();
  let unusable: string | null = null;
  /** Keys that could not be put, and why. */
  const refused = new Map<string, string>();
  const opened = withTimeout(open(), OPEN_MS, tooLate).catch((error: unknown) => {
    unusable = messageOf(error);
    return null;
  });

  /** @returns undefined where the device's storage has no answer */
  async function onDevice<T>(action: (store: AssetStore) => Promise<T>): Promise<T | undefined> {
    const device = await opened;
    if (!device) return undefined;
    try {
      // If the connection was closed meanwhile, the second try reopens it.
      return await action(device).catch(() => action(device));
    } catch (error) {
      unusable ??= messageOf(error);
      return undefined;
    }
  }

  async function put(device: AssetStore, key: string, bytes: Uint8Array): Promise<boolean> {
    try {
      await device.put(key, bytes);
      return true;
    } catch {
      // Told by the second try, if that fails, too.
    }
    try {
      await makeRoom(device, key);
      await device.put(key, bytes);
      return true;
    } catch (error) {
      refused.set(key, messageOf(error));
      return false;
    }
  }

  return {
    optional: createOptionalStore(opened),

    // What is in memory was refused by the device, which may still have an earlier value.
    get: async (key) => (await memory.get(key)) ?? onDevice((store) => store.get(key)),

    async put(key, bytes) {
      const device = await opened;
      if (!device || !(await put(device, key, bytes))) return memory.put(key, bytes);
      refused.delete(key);
      // A later value must not hide behind an earlier one.
      return memory.delete(key);
    },

    async delete(key) {
      refused.delete(key);
      await memory.delete(key);
      await onDevice((store) => store.delete(key));
    },

    async clear() {
      refused.clear();
      await memory.clear();
      await onDevice((store) => store.clear());
    },

    async keys() {
      const stored = (await onDevice((store) => store.keys())) ?? [];
      return [...new Set([...stored, ...(await memory.keys())])].sort();
    },

    close() {
      opened.then((store) => store?.close());
    },

    notices() {
      const [reason] = [unusable, ...refused.values()].filter((it) => it !== null);
      if (reason === undefined) return [];
      return [
        {
          code: 'memory-only',
          message:
            'Nothing can be saved for the next visit: the storage of this browser is blocked or full' +
            `${reason && ` (${reason})`}. The next visit downloads everything again.`,
        },
      ];
    },
  };
}
