/** A model that is wide enough for a GPU, and small enough for one of software: 32 pixels, 10.4 MB as f32. */

import { isWide } from '../../src/core/model/wide.ts';
import { sha256 } from '../../src/node/files/sha256.ts';
import { makeCanary } from '../../src/node/model/canary.ts';
import { writeModelFolder } from '../../src/node/model/write-folder.ts';
import { tinyModel } from './tiny-model.ts';

/** @param folder becomes a model folder, for `--model` */
export async function writeWideModel(folder: string): Promise<void> {
  const { spec, file } = tinyModel({ widths: [[8], [8], [8], [512, 560]] }, 'F16');
  const files = [{ file: 'wide.safetensors', bytes: file.length, sha256: sha256(file) }];
  const stored = { ...spec, name: 'wide', weights: { ...spec.weights, files } };
  if (!isWide(stored)) throw new Error('the model is not wide');
  await writeModelFolder(folder, { ...stored, canary: await makeCanary(stored, [file]) }, [file]);
}
