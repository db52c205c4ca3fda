/**
 * Vectors of photos that have nothing to do with any catalogue: animals, vehicles, instruments and other things. A
 * build learns from them how near an unrelated photo gets; `eval` tests it with the held-back ones. Only Node reads
 * the file; sites and browsers never get it. `scripts/distractors` writes it. Kind `distractors`:
 *
 *     header       { kind: "distractors", model, canary: the SHA-256 of the vector of the model's canary }
 *     calibration  f16  [rows, dimension]
 *     held-back    f16  [rows, dimension]
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Owner, readContainer, sectionOf, writeContainer } from '../../core/container.ts';
import { floatsToHalves, halvesToFloats } from '../../core/half.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import { encodeUtf8 } from '../../core/text.ts';
import { sha256 } from '../files/sha256.ts';
import { SHIPPED_MODELS } from './model-folder.ts';

export const DISTRACTORS_FILE = 'distractors.bin';

const KIND = 'distractors';

const OWNER: Owner = {
  code: 'ModelError',
  remedy: 'Install Soutu again.',
  versionRemedy: 'Install Soutu again.',
};

/** Plain vectors of the model, rows × dimension. */
export interface Distractors {
  /** Builds compute the threshold `related` from these. */
  readonly calibration: Float32Array;
  /** Measurements use these, which no threshold has seen. */
  readonly heldBack: Float32Array;
}

export function writeDistractors(
  spec: ModelSpec,
  { calibration, heldBack }: Distractors,
): Uint8Array {
  const section = (name: string, vectors: Float32Array) => ({
    name,
    dtype: 'f16' as const,
    shape: [vectors.length / spec.dimension, spec.dimension],
    data: floatsToHalves(vectors),
  });
  return writeContainer({
    kind: KIND,
    meta: { model: spec.name, canary: fingerprintOf(spec) },
    sections: [section('calibration', calibration), section('held-back', heldBack)],
  });
}

/**
 * @returns null if there are none for this model: another one, another version of it, or another preset or pooling
 * @throws SoutuError if the file is damaged
 */
export async function distractorsFor(spec: ModelSpec): Promise<Distractors | null> {
  const path = join(SHIPPED_MODELS, spec.name, DISTRACTORS_FILE);
  if (!spec.canary || spec.name !== encodeURIComponent(spec.name) || !existsSync(path)) return null;
  const container = readContainer(await readFile(path), KIND, path, OWNER);
  if (container.meta.canary !== fingerprintOf(spec)) return null;
  const vectors = (name: string) => halvesToFloats(sectionOf(container, name, 'f16', path, OWNER));
  return { calibration: vectors('calibration'), heldBack: vectors('held-back') };
}

/** The canary is a picture with its vector: whatever changes vectors, changes it. */
function fingerprintOf({ canary }: ModelSpec): string {
  return canary ? sha256(encodeUtf8(canary.vector)) : '';
}
