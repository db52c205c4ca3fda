/** Writes a model folder: the weights first, `model.json` last, so that a folder with one is complete. */
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import { syncFolder, writeAtomically } from '../files/atomic-write.ts';
import { makeFolder } from '../files/make-folder.ts';
import { refuseForeign } from '../files/refuse-foreign.ts';

/** @throws SoutuError `OutputError` if the folder cannot be written, or contains a foreign model.json */
export async function writeModelFolder(
  folder: string,
  spec: ModelSpec,
  files: readonly Uint8Array[],
): Promise<void> {
  await refuseForeign(join(folder, 'model.json'), '"family"');
  try {
    await makeFolder(folder);
    for (const [i, { file }] of spec.weights.files.entries()) {
      await writeAtomically(join(folder, file), files[i] as Uint8Array);
    }
    await writeAtomically(join(folder, 'model.json'), `${JSON.stringify(spec, null, 1)}\n`);
    await syncFolder(folder);
  } catch (error) {
    throw new SoutuError(
      'OutputError',
      `${folder}: cannot be written (${messageOf(error)}). Choose another folder with --out, or change its ` +
        'permissions.',
      { cause: error },
    );
  }
}
