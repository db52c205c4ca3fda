import type { Notice } from '../core/contract.ts';
import { messageOf } from '../core/errors.ts';
import { withTimeout } from '../core/timeout.ts';
import type { AssetStore } from './asset-store.ts';
import { createMemoryStore } from './memory-store.ts';
import { createOptionalStore } from './optional-store.ts';

/** Some browsers never settle the request if storage is broken. */
const OPEN_MS = 4000;

const tooLate = () => new Error('the storage does not answer');

export interface ResilientStore extends AssetStore {
  /** Notices for the visitor about data that could not be saved, with the reason. */
  notices(): readonly Notice[];
  /** The same device storage for optional data; closed separately. */
  readonly optional: AssetStore;
}

/**
 * A store whose failures never fail a search: if the device's storage is blocked or full, downloaded files are
 * kept in memory, and a notice says so.
 * @param makeRoom frees space in a full store by deleting data that is less valuable than the new key
 */
export function createResilientStore(
  open: () => Promise<AssetStore>,
  makeRoom: (store: AssetStore, key: string) => Promise<void> = async () => undefined,
): ResilientStore {
  const memory = createMemoryStore();
  let unusable: string | null = null;
  /** Keys that could not be stored → the reason. */
  const refused = new Map<string, string>();
  const opened = withTimeout(open(), OPEN_MS, tooLate).catch((error: unknown) => {
    unusable = messageOf(error);
    return null;
  });

  /** @returns undefined if the device's storage is missing or fails */
  async function onDevice<T>(action: (store: AssetStore) => Promise<T>): Promise<T | undefined> {
    const device = await opened;
    if (!device) return undefined;
    try {
      // If the connection was closed in the meantime, the retry reopens it.
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
      // The retry reports the error if it fails too.
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

    // Memory first: the device rejected this value and may still have an older one.
    get: async (key) => (await memory.get(key)) ?? onDevice((store) => store.get(key)),

    async put(key, bytes) {
      const device = await opened;
      if (!device || !(await put(device, key, bytes))) return memory.put(key, bytes);
      refused.delete(key);
      // Otherwise an older value in memory would shadow this one.
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
