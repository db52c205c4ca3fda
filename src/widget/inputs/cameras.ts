/** The cameras that the device has. */

/** Shows no permission prompt: browsers list the kinds of devices without it, but not their names. */
export async function hasCamera(): Promise<boolean> {
  return (await cameras()).length > 0;
}

/** The device's cameras. Before permission is granted, at most the first one; empty outside secure contexts. */
export async function cameras(): Promise<readonly MediaDeviceInfo[]> {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === 'videoinput');
  } catch {
    return [];
  }
}
