/**
 * All that a release is made of, in one hash. If it is the one in the manifest of the previous release, a build would only
 * write the same again, so that release stays as it is.
 */
import { createHash } from 'node:crypto';
import type { AttributeInfo } from '../../../core/attribute-info.ts';
import type { MadeWith } from '../../../core/bundle/archive.ts';
import type { Thresholds } from '../../../core/contract.ts';
import type { IndexedItem } from '../../../core/item.ts';
import type { ModelSpec } from '../../../core/model/spec.ts';
import { codeHash } from '../../files/code-hash.ts';
import { distractorsFor } from '../../model/distractors.ts';

export interface ReleaseInputs {
  readonly model: ModelSpec;
  readonly made: MadeWith;
  /** Options that decide the content of the bundle. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly attributes: readonly AttributeInfo[];
  readonly thresholds: Partial<Thresholds>;
  /** Sorted by id. */
  readonly items: readonly IndexedItem[];
  /** SHA-256 of the photo of each item. */
  readonly photos: readonly string[];
}

/** @returns SHA-256 in hexadecimal */
export async function inputsHash(inputs: ReleaseInputs): Promise<string> {
  const { model, made, options, attributes, thresholds, items, photos } = inputs;
  const hash = createHash('sha256');
  const add = (value: unknown) => hash.update(JSON.stringify(value)).update('\n');
  add(await codeHash());
  // Its licence is in the manifest, and the names of its weights end in those of the bundle's.
  add(model);
  for (const part of [made, options, attributes, thresholds]) add(part);
  const distractors = (await distractorsFor(model))?.calibration;
  add(distractors ? distractors.length : null);
  if (distractors) hash.update(distractors);
  items.forEach((item, row) => {
    add(item);
    add(photos[row]);
  });
  return hash.digest('hex');
}
