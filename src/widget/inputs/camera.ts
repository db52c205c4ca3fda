/** Access to the device's cameras, with the visitor's permission. */

/** Why the camera cannot be used. */
export type CameraProblem = 'denied' | 'none' | 'busy' | 'failed';

/**
 * @param deviceId the camera's id; null prefers the rear camera
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

/** Captures the current video frame as PNG, which is lossless. */
export async function takePhoto(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (!blob) throw new DOMException('The camera gave no picture.', 'NotReadableError');
  return new File([blob], 'camera.png', { type: blob.type });
}
