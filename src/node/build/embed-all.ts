/** The build's first stage: decodes and embeds every photo, and makes its thumbnail, unless a previous build has. */
import { availableParallelism } from 'node:os';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { IndexedItem } from '../../core/item.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { Entry } from '../catalogue/entry.ts';
import { textOf } from '../catalogue/source.ts';
import { photosAtOnce } from '../model/embedder/embedder-pool.ts';
import { mapAhead } from '../photos/map-ahead.ts';
import { PixelBudget } from '../photos/pixel-budget.ts';
import { type BundleWriter, thumbFile } from './bundle-writer.ts';
import { type EmbeddedPhoto, type EmbedOptions, embedPhoto } from './embed-photo.ts';
import type { ItemOutcome } from './outcome.ts';
import type { PreviousPhotos } from './previous/photos/previous-photos.ts';
import { reportedPath, reportedReason } from './report/private-text.ts';
import type { BuildReporter } from './reporter.ts';
import { SkippedLines } from './skipped-lines.ts';
import type { Failure } from './summary.ts';

export interface EmbeddedItem {
  readonly item: IndexedItem;
  readonly photo: EmbeddedPhoto;
}

export interface EmbeddedCatalogue {
  readonly embedded: readonly EmbeddedItem[];
  readonly failures: readonly Failure[];
  readonly damaged: readonly Failure[];
  /** What became of every entry, in the catalogue's order. */
  readonly outcomes: readonly ItemOutcome[];
  readonly trimmed: number;
  readonly unchanged: number;
  readonly thumbBytes: number;
}

/** Files that are read ahead, beside those whose photos are embedded. Their pixels are bounded by the budget. */
const FILES_AHEAD = 8;

/** Pixels in memory at a time, for each core: a photo of a phone. They take 4 bytes, and up to three copies. */
const PIXELS_OF_A_CORE = 12_000_000;
const COPIES = 3;

/** So many pixels take at most an eighth of the free memory, if that is enough for one core. */
function pixelsAtOnce(): number {
  const roomy = Math.floor(process.availableMemory() / 8 / (4 * COPIES));
  return Math.max(PIXELS_OF_A_CORE, Math.min(availableParallelism() * PIXELS_OF_A_CORE, roomy));
}

/** @throws SoutuError for anything but a photo that cannot be used, which is skipped */
export async function embedAll(
  entries: readonly Entry[],
  embedder: Embedder,
  writer: BundleWriter,
  previousPhotos: PreviousPhotos,
  options: EmbedOptions,
  reporter: BuildReporter,
): Promise<EmbeddedCatalogue> {
  const embedded: EmbeddedItem[] = [];
  const failures: Failure[] = [];
  const damaged: Failure[] = [];
  const outcomes: ItemOutcome[] = [];
  const skipped = new SkippedLines();
  let trimmed = 0;
  let unchanged = 0;
  let thumbBytes = 0;
  let done = 0;
  const tools = { embedder, writer, previousPhotos, budget: new PixelBudget(pixelsAtOnce()) };
  const makeOne = async ({ path, failure, item }: Entry) => {
    if (failure !== undefined) throw new SoutuError('PhotoError', failure);
    return embedPhoto(path, item, tools, options);
  };
  // Decoding runs ahead in libvips' threads while earlier photos are embedded.
  const ahead = 2 * photosAtOnce(embedder) + FILES_AHEAD;
  for await (const { input, result } of mapAhead(entries, ahead, makeOne)) {
    if ('error' in result) {
      const { error } = result;
      // A PhotoError affects only its photo; any other error ends the build.
      if (!(error instanceof SoutuError && error.name === 'PhotoError')) throw error;
      const reason = messageOf(error);
      failures.push({ path: input.path, reason });
      outcomes.push({ ...named(input), status: 'failed', reason: reportedReason(reason, input) });
      reporter.warn(skipped.line(rowOf(input), input.path, reason));
    } else {
      const { vectors, thumb, isUnchanged } = result.value;
      const { damage, isTrimmed } = vectors;
      if (isTrimmed) trimmed++;
      if (isUnchanged) unchanged++;
      if (damage !== null) {
        damaged.push({ path: input.path, reason: damage });
        reporter.warn(`Damaged, used as far as it can be decoded: ${input.path} (${damage})`);
      }
      outcomes.push({
        ...named(input),
        status: isUnchanged ? 'unchanged' : 'ok',
        ...(input.stale === undefined ? {} : { stale: reportedReason(input.stale, input) }),
        ...(damage === null ? {} : { damage: reportedReason(damage, input) }),
      });
      const hasFile = options.hasThumbFile(input.item, input.path);
      const item: IndexedItem = {
        ...input.item,
        ...(hasFile ? { thumb: thumbFile(thumb.sha256) } : {}),
        thumbSize: thumb.size,
        thumbHash: thumb.hash,
      };
      if (hasFile) thumbBytes += thumb.bytes;
      embedded.push({ item, photo: result.value });
    }
    reporter.step(++done, unchanged);
  }
  await previousPhotos.hashes.save();
  return { embedded, failures, damaged, outcomes, trimmed, unchanged, thumbBytes };
}

function named(entry: Entry): Pick<ItemOutcome, 'id' | 'path'> {
  return { id: entry.item.id, path: reportedPath(entry) };
}

/** The row of a catalogue; nothing in a folder, where the message begins with the photo's path. */
function rowOf({ place }: Entry): string {
  return place.row === undefined ? '' : `${textOf(place)}: `;
}
