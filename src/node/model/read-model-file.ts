/** Reads files of models. A named pipe or device would block for ever, so only regular files are read. */
import { readFile, stat } from 'node:fs/promises';
import { describe } from '../../core/describe.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';

/** @throws SoutuError `ModelError` with the system's reason */
export async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is not a regular file');
    return await readFile(path);
  } catch (error) {
    const reason = messageOf(error).replace(/\.$/, '');
    throw new SoutuError('ModelError', `${path}: cannot be read: ${reason}.`, { cause: error });
  }
}

/**
 * @returns the object in a JSON file
 * @throws SoutuError `ModelError` for other files and other JSON
 */
export async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  const bytes = await readModelFile(path);
  return parseJsonObject(new TextDecoder().decode(bytes), path);
}

/**
 * @param where names the file in errors
 * @throws SoutuError `ModelError`
 */
function parseJsonObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SoutuError('ModelError', `${where}: not JSON: ${messageOf(error)}.`, {
      cause: error,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new SoutuError('ModelError', `${where}: expected a JSON object, got ${describe(value)}.`);
}
