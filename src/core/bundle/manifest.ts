/**
 * `manifest.json`: the only file of a bundle that changes in place. It names all others by the hash of
 * their content.
 *
 *     manifest.json
 *       ├─ model   what turns a photo into a vector; weights: files
 *       ├─ items   JSON files, rows sorted by id; row i of the items is row i of the vectors
 *       └─ index   vectors: files (unit length, centred); graph: files (HNSW links, fetched when used)
 */

import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { type FileRef, isFileRef } from '../file-ref.ts';
import { type ModelSpec, parseModelSpec } from '../model/spec.ts';
import { decodeFloats } from '../text.ts';
import type { Calibration } from '../vector/calibrate.ts';

export const MANIFEST_FILE = 'manifest.json';
export const MANIFEST_FORMAT = 'soutu-bundle';
export const MANIFEST_VERSION = 1;

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: typeof MANIFEST_VERSION;
  readonly model: ModelSpec;
  readonly items: readonly FileRef[];
  readonly index: {
    readonly count: number;
    readonly dimension: number;
    readonly metric: 'cosine';
    /** base64 f32: the vector that was subtracted; null for the plain cosine */
    readonly centre: string | null;
    readonly calibration: Calibration;
    readonly vectors: readonly FileRef[];
    readonly graph: readonly FileRef[];
  };
}

/**
 * @param where the manifest's path or URL, for the errors
 * @throws SoutuError `BundleError` (not a bundle, of a later version, broken) or `ModelError`
 */
export function parseManifest(raw: unknown, where: string): Manifest {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what}`);
  };
  if (typeof raw !== 'object' || raw === null) {
    return bad(`expected a bundle's manifest, got ${describe(raw)}.`);
  }
  const manifest = raw as Manifest;
  if (manifest.format !== MANIFEST_FORMAT) {
    bad(
      `not a bundle of Soutu: "format" is ${describe(manifest.format)}, ` +
        `expected "${MANIFEST_FORMAT}". Check the address of the bundle.`,
    );
  }
  if (manifest.version !== MANIFEST_VERSION) {
    bad(
      `the bundle is of version ${describe(manifest.version)}, this reader knows version ` +
        `${MANIFEST_VERSION}. Update Soutu on the page, or build the bundle again with this version.`,
    );
  }
  const model = parseModelSpec(manifest.model, where);
  const index = manifest.index ?? {};
  if (!Number.isSafeInteger(index.count) || index.count < 1) {
    bad(`"index.count" must be a whole number above 0, got ${describe(index.count)}.`);
  }
  if (index.dimension !== model.dimension) {
    bad(
      `the vectors have ${describe(index.dimension)} numbers, the model gives ${model.dimension}.`,
    );
  }
  if (index.metric !== 'cosine') {
    bad(`"index.metric" must be "cosine", got ${describe(index.metric)}.`);
  }
  if (index.centre !== null && decodedLength(index.centre) !== index.dimension) {
    bad(`"index.centre" must hold ${index.dimension} numbers.`);
  }
  const minScore: unknown = index.calibration?.minScore;
  if (!(typeof minScore === 'number' && minScore >= -1 && minScore <= 1)) {
    bad(`"index.calibration.minScore" must be a cosine from -1 to 1, got ${describe(minScore)}.`);
  }
  const lists = {
    items: manifest.items,
    'index.vectors': index.vectors,
    'index.graph': index.graph,
  };
  for (const [field, files] of Object.entries(lists)) {
    const mayBeEmpty = field === 'index.graph';
    if (!Array.isArray(files) || !files.every(isFileRef) || (!mayBeEmpty && files.length === 0)) {
      bad(`"${field}" must be a list of { file, bytes, sha256 }, got ${describe(files)}.`);
    }
  }
  return { ...manifest, model };
}

function decodedLength(base64: unknown): number {
  try {
    return typeof base64 === 'string' ? decodeFloats(base64).length : -1;
  } catch {
    return -1;
  }
}

/** Every file that a manifest names. */
export function filesOf(manifest: Manifest): FileRef[] {
  return [
    ...manifest.model.weights.files,
    ...manifest.items,
    ...manifest.index.vectors,
    ...manifest.index.graph,
  ];
}
