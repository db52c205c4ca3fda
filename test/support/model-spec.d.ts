import type { FileRef } from '../../src/core/file-ref.ts';
import type { ModelSpec } from '../../src/core/model/spec.ts';
/** The least model that is one: a single convolution. */
export declare const tinyModel: (dimension: number, files: readonly FileRef[]) => ModelSpec;
