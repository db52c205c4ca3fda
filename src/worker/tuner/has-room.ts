/** Whether a device has memory for a second engine and storage for its binary. */

/** The device information of `navigator`. A device without it counts as large. */
export interface Device {
  /** GiB, rounded to a power of two (https://www.w3.org/TR/device-memory/). */
  readonly deviceMemory?: number;
  readonly storage?: Pick<StorageManager, 'estimate'>;
}

/** Two engines with a wide model's weights, and a copy on the GPU. With less memory a phone may kill the tab. */
const MIN_GIB = 4;

/** @param bytes size of the file to store; 0 if it is already stored */
export async function hasRoom(device: Device, bytes: number): Promise<boolean> {
  if ((device.deviceMemory ?? MIN_GIB) < MIN_GIB) return false;
  const estimate: StorageEstimate | undefined = await device.storage?.estimate().catch(() => ({}));
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = estimate ?? {};
  // Its downloaded parts are deleted only after the complete file is stored.
  return quota - usage >= 2 * bytes;
}
