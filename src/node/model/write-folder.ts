/** Writes a model folder: the weights first, `model.json` last, so that a folder with one is whole. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import { refuseForeign } from '../files/refuse-foreign.ts';

/** @throws SoutuError `OutputError` where it cannot be written, or where another's model.json is */
export async function writeModelFolder(
  folder: string,
  spec: ModelSpec,
  files: readonly Uint8Array[],
): Promise<void> {
  await refuseForeign(join(folder, 'model.json'), '"family"');
  try {
    await mkdir(folder, { recursive: true });
    for (const [i, { file }] of spec.weights.files.entries()) {
      await place(join(folder, file), files[i] as Uint8Array);
    }
    await place(join(folder, 'model.json'), `${JSON.stringify(spec, null, 1)}\n`);
  } catch (error) {
    throw new SoutuError(
      'OutputError',
      `${folder}: cannot be written (${messageOf(error)}). Choose another folder with --out, or change its ` +
        'permissions.',
      { cause: error },
    );
  }
}

/** Under its name a file is always whole. */
async function place(path: string, content: Uint8Array | string): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  await writeFile(aside, content);
  await rename(aside, path);
}
