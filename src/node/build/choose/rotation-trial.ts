/** Embeds some photos of the catalogue's groups as they are and in four rotations, and compares how well they are found. */
import { concat } from '../../../core/concat.ts';
import { SoutuError } from '../../../core/errors.ts';
import { cropPixels, trimFrame } from '../../../core/image/trim.ts';
import { byId, groupOf } from '../../../core/item.ts';
import { seededRandom, shuffled } from '../../../core/vector/random.ts';
import { centreOfParts, placed } from '../../../core/vector/space.ts';
import { dotAt } from '../../../engine/dot.ts';
import type { Embedder } from '../../../engine/embedder.ts';
import type { Entry } from '../../catalogue/entry.ts';
import { openNodeEmbedder } from '../../model/embedder/embedder-node.ts';
import { photosAtOnce } from '../../model/embedder/embedder-pool.ts';
import type { ModelFiles } from '../../model/model-folder.ts';
import { decodePhoto } from '../../photos/decode.ts';
import { mapAhead } from '../../photos/map-ahead.ts';
import type { BuildReporter } from '../reporter.ts';
import { isWorthIt, sharesOf } from './neighbours.ts';
import { mapOf, measureBy, type SettingPrecision } from './precision.ts';
import type { RotationsReport, RotationsSetting } from './rotations.ts';
import { type Sample, sampleOf } from './sample.ts';

/** Each is embedded five times, so that measuring takes half a minute on one core. */
const MOST_PHOTOS = 240;
/** More of one group say little more about it. */
const MOST_OF_A_GROUP = 6;

export interface RotationTrial {
  readonly isTaken: boolean;
  readonly measured: NonNullable<RotationsReport['measured']>;
}

/**
 * @param models the model as it is, and with rotations
 * @returns null if too few groups have two different photos
 */
export async function tryRotations(
  models: readonly [plain: ModelFiles, rotated: ModelFiles],
  entries: readonly Entry[],
  setting: RotationsSetting,
  reporter: BuildReporter,
): Promise<RotationTrial | null> {
  const drawn = drawFrom(entries);
  reporter.stage('Trying rotations', drawn.length * 2);
  const found: { readonly group: string; readonly vectors: Float32Array[] }[] = drawn.map(
    ({ item }) => ({ group: groupOf(item), vectors: [] }),
  );
  for (const [i, { spec, weights }] of models.entries()) {
    const warn = (line: string) => reporter.warn(line);
    const many = { photos: drawn.length, threads: setting.threads, warn };
    const { embedder } = await openNodeEmbedder({ spec, weights }, setting.precision, many);
    let done = i * drawn.length;
    try {
      const ahead = photosAtOnce(embedder) + 1;
      const each = mapAhead(drawn, ahead, ({ path }) => embedOne(path, embedder, setting));
      for await (const { result } of each) {
        // The build itself says which photos cannot be used.
        if ('value' in result) found[done % drawn.length]?.vectors.push(result.value);
        else if (!isPhotoError(result.error)) throw result.error;
        reporter.step(++done);
      }
    } finally {
      await embedder.dispose();
    }
  }
  const usable = found.filter(({ vectors }) => vectors.length === 2);
  const groups = usable.map(({ group }) => group);
  const { dimension } = models[0].spec;
  const vectorsOf = (setting: number) =>
    concat(
      Float32Array,
      usable.map(({ vectors }) => vectors[setting] as Float32Array),
    );
  const plain = vectorsOf(0);
  const sample = sampleOf(plain, dimension, groups);
  if (!sample) return null;
  const without = measure(sample, plain, dimension);
  const turned = measure(sample, vectorsOf(1), dimension);
  // A release keeps them while they do not lose, so that chance decides once and not every night.
  const isNoLoss =
    mapOf(turned.precisions) >= mapOf(without.precisions) && turned.top1 >= without.top1;
  const isTaken = isWorthIt(sample, turned, without) || (setting.before && isNoLoss);
  return { isTaken, measured: { without: sharesOf(without), with: sharesOf(turned) } };
}

function isPhotoError(error: unknown): boolean {
  return error instanceof SoutuError && error.name === 'PhotoError';
}

/** Photos of groups that have two or more, in a seeded order that does not depend on the catalogue's. */
function drawFrom(entries: readonly Entry[]): Entry[] {
  const members = new Map<string, Entry[]>();
  for (const entry of [...entries].sort((a, b) => byId(a.item, b.item))) {
    if (entry.failure !== undefined) continue;
    const own = members.get(groupOf(entry.item));
    if (own) own.push(entry);
    else members.set(groupOf(entry.item), [entry]);
  }
  const random = seededRandom(3);
  const drawn: Entry[] = [];
  for (const own of shuffled([...members.values()], random)) {
    if (own.length < 2) continue;
    const some = shuffled(own, random).slice(0, MOST_OF_A_GROUP);
    if (drawn.length + some.length > MOST_PHOTOS) break;
    drawn.push(...some);
  }
  return drawn;
}

async function embedOne(
  path: string,
  embedder: Embedder,
  { maxPixels, trim }: RotationsSetting,
): Promise<Float32Array> {
  const { image } = await decodePhoto(path, maxPixels, embedder.spec.input);
  const frame = trim ? trimFrame(image) : null;
  return embedder.embed(frame ? cropPixels(image, frame) : image);
}

function measure(sample: Sample, vectors: Float32Array, dimension: number): SettingPrecision {
  const space = { centre: centreOfParts(vectors, dimension, null), colour: null };
  const unit = concat(
    Float32Array,
    Array.from(sample.rows, (row) =>
      placed(vectors.subarray(row * dimension, (row + 1) * dimension), space),
    ),
  );
  const [measured] = measureBy(sample, 1, (query, [scores]) => {
    const own = scores as Float64Array;
    const asked = unit.subarray(query * dimension, (query + 1) * dimension);
    for (let at = 0; at < own.length; at++) own[at] = dotAt(unit, at * dimension, asked);
  });
  return measured as SettingPrecision;
}
