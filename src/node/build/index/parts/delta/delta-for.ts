/** Whether a build adds a delta to the previous release's index in parts, instead of making a new index. */
import type { Manifest, PartsInfo } from '../../../../../core/bundle/manifest.ts';
import { isSameModel, type ModelSpec } from '../../../../../core/model/spec.ts';
import { encodeFloats } from '../../../../../core/text.ts';
import type { Space } from '../../../../../core/vector/space.ts';
import { type IndexOptions, PARTS_RECALL } from '../../choose-index.ts';
import { rowBytesOf } from '../../row-bytes.ts';
import { likelyCodesTime, partsTime, weighed } from '../../search-time.ts';
import { type DeltaRows, type MadeDelta, makeDelta, noDelta } from './make-delta.ts';

/** The shards stay while a search takes up to this many times as long as one of codes: visitors have the shards. */
const MOST_SLOWER = 1.5;
/** The mean number of waves of a search: of shards, then of fine files (`npm run bench -- index --only parts`). */
const USUAL_WAVES = 3;

/**
 * A delta on the index in parts of the previous release, if few items have changed since.
 * @param rows the items and vectors of this release, with which `space`, `model` and `neighbours` go
 * @param folder the folder of the previous release
 * @param tell receives the reason if new shards are needed
 * @returns null if new shards are needed, or another kind of index
 */
export async function deltaFor(
  rows: DeltaRows,
  { index = 'auto', minRecall }: IndexOptions,
  { space, model, neighbours }: { space: Space; model: ModelSpec; neighbours: number },
  folder: string,
  previous: Manifest | null,
  tell: (line: string) => void,
): Promise<MadeDelta | null> {
  if (previous?.index.type !== 'parts' || (index !== 'parts' && index !== 'auto')) return null;
  if (index === 'auto' && !isStillFastest(rows, previous.index.parts)) return null;
  const needsShards = (why: string) => {
    tell(noDelta(why));
    return null;
  };
  if (!isSameModel(previous.model, model)) return needsShards('the model is another one.');
  const { centre, colourWeight, parts } = previous.index;
  const isSameSpace =
    centre === (space.centre && encodeFloats(space.centre)) &&
    colourWeight === space.colour?.weight &&
    // Vectors that moved towards others move again with every item.
    neighbours === 0 &&
    (previous.index.neighbours ?? 0) === 0;
  if (!isSameSpace) {
    return needsShards(
      'the weight of colours, the centre or the neighbours of vectors have changed.',
    );
  }
  const wanted = minRecall ?? PARTS_RECALL;
  if (parts.wanted !== wanted) {
    return needsShards(
      `the previous ones were made for a recall of ${parts.wanted}, and ${wanted} is wanted.`,
    );
  }
  return makeDelta(rows, folder, previous, tell);
}

/** Whether codes in one file would not be much faster, as far as one can say without making them. */
function isStillFastest({ items, vectors }: DeltaRows, { cold }: PartsInfo): boolean {
  const size = {
    ...{ count: items.length, dimension: vectors.length / items.length },
    rowBytes: rowBytesOf(items),
  };
  const time = partsTime({ bytes: cold.bytes, waves: USUAL_WAVES });
  return weighed(time) < MOST_SLOWER * weighed(likelyCodesTime(size));
}
