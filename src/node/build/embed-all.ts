/** The build's first stage: decodes and embeds every photo, and makes its thumbnail. */
import { availableParallelism } from 'node:os';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { roundedToHalf } from '../../core/half.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { isSoft, lowPass } from '../../core/image/soft.ts';
import { cropPixels, trimFrame } from '../../core/image/trim.ts';
import type { IndexedItem } from '../../core/item.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { Entry } from '../catalogue/entry.ts';
import { textOf } from '../catalogue/source.ts';
import { photosAtOnce } from '../model/embedder/embedder-pool.ts';
import { decodePhoto } from '../photos/decode.ts';
import { mapAhead } from '../photos/map-ahead.ts';
import { makeThumb } from '../photos/thumb.ts';
import type { BundleWriter } from './bundle-writer.ts';
import type { ItemOutcome } from './outcome.ts';
import type { BuildReporter, Failure } from './pipeline.ts';
import { reportedPath, reportedReason } from './report/private-text.ts';

export interface EmbedOptions {
  readonly maxPixels: number;
  /** Whether to cut away borders before embedding. Thumbnails keep them. */
  readonly trim: boolean;
  /** Longest side of the thumbnails in pixels. */
  readonly thumbSide: number;
  /** Whether to embed a small copy of each photo, too. */
  readonly soft: boolean;
}

export interface EmbeddedItem {
  readonly item: IndexedItem;
  /** The model's output, rounded to f16. */
  readonly vector: Float32Array;
  /** The same of the small copy; null without one. */
  readonly soft: Float32Array | null;
}

/** @throws SoutuError for anything but a photo that cannot be used, which is skipped */
export async function embedAll(
  entries: readonly Entry[],
  embedder: Embedder,
  writer: BundleWriter,
  options: EmbedOptions,
  reporter: BuildReporter,
) {
  const embedded: EmbeddedItem[] = [];
  const failures: Failure[] = [];
  const damaged: Failure[] = [];
  const outcomes: ItemOutcome[] = [];
  let trimmed = 0;
  let thumbBytes = 0;
  let done = 0;
  const { input: spec } = embedder.spec;
  // Some models need the photo exactly as stored in the file; thumbnails must be upright.
  const isAsShown = spec.exif !== 'ignored' && spec.icc !== 'ignored';
  // A photo that is soft itself has nothing to lose, and finds itself with a score of 1.
  const softVector = async (image: RgbaImage, vector: Float32Array) =>
    isSoft(image, spec.alpha)
      ? vector
      : roundedToHalf(await embedder.embed(lowPass(image, spec.alpha)));
  const makeOne = async ({ path, failure }: Entry) => {
    if (failure !== undefined) throw new SoutuError('PhotoError', failure);
    const { image, damage } = await decodePhoto(path, options.maxPixels, spec);
    const shown = isAsShown ? image : (await decodePhoto(path, options.maxPixels)).image;
    const thumb = await makeThumb(shown, options.thumbSide);
    const frame = options.trim ? trimFrame(image) : null;
    const inside = frame ? cropPixels(image, frame) : image;
    const vector = roundedToHalf(await embedder.embed(inside));
    const soft = options.soft ? await softVector(inside, vector) : null;
    return { damage, thumb, isTrimmed: frame !== null, vector, soft };
  };
  // Decoding runs ahead in libvips' threads while earlier photos are embedded.
  const ahead = photosAtOnce(embedder) + Math.min(3, availableParallelism());
  for await (const { input, result } of mapAhead(entries, ahead, makeOne)) {
    if ('error' in result) {
      const { error } = result;
      // A PhotoError affects only its photo; any other error ends the build.
      if (!(error instanceof SoutuError && error.name === 'PhotoError')) throw error;
      const reason = messageOf(error);
      failures.push({ path: input.path, reason });
      outcomes.push({ ...named(input), status: 'failed', reason: reportedReason(reason, input) });
      reporter.warn(`Skipped: ${rowOf(input)}${reason}`);
    } else {
      const { damage, thumb, isTrimmed, vector, soft } = result.value;
      if (isTrimmed) trimmed++;
      if (damage) {
        damaged.push({ path: input.path, reason: damage });
        reporter.warn(`Damaged, used as far as it can be decoded: ${input.path} (${damage})`);
      }
      const item: IndexedItem = {
        ...input.item,
        thumb: await writer.writeThumb(thumb.bytes),
        thumbSize: thumb.size,
        thumbHash: thumb.hash,
      };
      outcomes.push({
        ...named(input),
        status: 'ok',
        ...(damage ? { damage: reportedReason(damage, input) } : {}),
      });
      thumbBytes += thumb.bytes.length;
      embedded.push({ item, vector, soft });
    }
    reporter.step(++done);
  }
  return { embedded, failures, damaged, outcomes, trimmed, thumbBytes };
}

function named(entry: Entry): Pick<ItemOutcome, 'id' | 'path'> {
  return { id: entry.item.id, path: reportedPath(entry) };
}

/** The row of a catalogue; nothing in a folder, where the message begins with the photo's path. */
function rowOf({ place }: Entry): string {
  return place.row === undefined ? '' : `${textOf(place)}: `;
}
