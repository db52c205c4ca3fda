/** Whether a device has room for a trial: in memory for a second engine, in its storage for one more file. */

/** What browsers tell of a device, as `navigator` has it; one that says nothing counts as large. */
export interface Device {
  /** GiB, rounded to a power of two (https://www.w3.org/TR/device-memory/). */
  readonly deviceMemory?: number;
  readonly storage?: Pick<StorageManager, 'estimate'>;
}

/** Two engines with a wide model's weights and a copy on the GPU: on a phone with less the tab may be ended. */
const MIN_GIB = 4;

/** @param bytes of the file that is to be kept; 0 where it is already */
export async function hasRoom(device: Device, bytes: number): Promise<boolean> {
  if ((device.deviceMemory ?? MIN_GIB) < MIN_GIB) return false;
  const estimate: StorageEstimate | undefined = await device.storage?.estimate().catch(() => ({}));
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = estimate ?? {};
  // Its parts go when the whole is kept, not before.
  return quota - usage >= 2 * bytes;
}
