/** The index of a release, in the form in which the build has it before it is written. */
import type { HnswGraph } from '../../../core/bundle/hnsw-graph.ts';
import { type MadeCodes, vectorsOf } from './make-codes.ts';
import type { MadeDelta } from './parts/delta/make-delta.ts';
import { type MadeParts, vectorsOfParts } from './parts/make-parts.ts';

/** An index that a first search downloads as a whole. */
export type WholeIndex =
  | { readonly type: 'vectors' }
  | { readonly type: 'codes'; readonly codes: MadeCodes };

/** An index that is made from the vectors alone. */
export type NewIndex = WholeIndex | { readonly type: 'parts'; readonly parts: MadeParts };

/** The previous release's index in parts, and what has changed since. */
export interface DeltaIndex {
  readonly type: 'delta';
  readonly delta: MadeDelta;
}

/** What a release is written with. */
export type ReleaseIndex =
  | (WholeIndex & {
      /** Null: searches compare all rows. */
      readonly graph: HnswGraph | null;
    })
  | Exclude<NewIndex, WholeIndex>
  | DeltaIndex;

/** The vectors that readers decode from the index; null if it contains the vectors themselves. */
export function decodedOf(index: NewIndex | DeltaIndex): Float32Array | null {
  switch (index.type) {
    case 'vectors':
      return null;
    case 'codes':
      return vectorsOf(index.codes);
    case 'parts':
      return vectorsOfParts(index.parts);
    case 'delta':
      return index.delta.decoded;
  }
}
