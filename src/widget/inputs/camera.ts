/** A camera of the device as a live picture, where there is one and the visitor allows it. */

/** Why there is no picture. */
export type CameraProblem = 'denied' | 'none' | 'busy' | 'failed';

/** Asks the visitor for nothing: browsers tell what kinds of devices there are, not which. */
export async function hasCamera(): Promise<boolean> {
  return (await cameras()).length > 0;
}

/** Of none known is the first that the browser finds; none at all in pages without a secure context. */
export async function cameras(): Promise<readonly MediaDeviceInfo[]> {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === 'videoinput');
  } catch {
    return [];
  }
}

/**
 * @param deviceId a camera's; null takes the one that looks away from the visitor, if there is any
 * @throws DOMException; `problemOf` explains it
 */
export function openCamera(deviceId: string | null): Promise<MediaStream> {
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'environment' };
  return navigator.mediaDevices.getUserMedia({
    video: { ...which, width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
}

export function problemOf(error: unknown): CameraProblem {
  switch ((error as Error).name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** What the video shows now, as PNG: nothing is lost by compression. */
export async function takePhoto(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (!blob) throw new DOMException('The camera gave no picture.', 'NotReadableError');
  return new File([blob], 'camera.png', { type: blob.type });
}
