/** Reads a photo's bytes; if that fails, reports the actual reason. */
import { open, stat } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';

/** Far more than any camera writes: raw panoramas reach about 200 MB. */
const MAX_BYTES = 512 << 20;

/** @throws SoutuError `PhotoError` with the path */
export async function readPhotoFile(path: string): Promise<Buffer> {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new SoutuError('PhotoError', `${path}: ${problem}`, { cause });
  };
  try {
    // Opening a FIFO would wait for a writer.
    const { size } = await stat(path).then((found) =>
      found.isFile() ? found : refuse('is not a regular file. Expected the file of a photo.'),
    );
    if (size > MAX_BYTES) {
      refuse(`${size} bytes, more than the ${MAX_BYTES} that a photo may have. Make it smaller.`);
    }
    const file = await open(path);
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SoutuError) throw error;
    return refuse(reasonOf(error, path), error);
  }
}

/** Why a file cannot be opened or read, and what to do. */
export function reasonOf(error: unknown, path: string): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return path.includes('\ufffd')
        ? 'no such file. The name is not valid UTF-8, so it cannot be opened; rename the file ' +
            '("convmv -f latin1 -t utf8 --notest PATH").'
        : 'no such file. Check the path.';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied. Make the file readable ("chmod +r").';
    default:
      return `cannot be read (${messageOf(error)}).`;
  }
}
