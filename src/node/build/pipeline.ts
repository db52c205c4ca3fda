/**
 * The build: every photo through the same stages as in the browser.
 *
 *     catalogue ─▶ decode ─▶ preprocess ─▶ embed ─▶ centre ─▶ calibrate ─▶ graph ─▶ bundle
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { writeGraphShards } from '../../core/bundle/graph.ts';
import { MANIFEST_FORMAT, MANIFEST_VERSION, type Manifest } from '../../core/bundle/manifest.ts';
import { writeVectorShards } from '../../core/bundle/vectors.ts';
import { concat } from '../../core/concat.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { byId, groupOf, type IndexedItem } from '../../core/item.ts';
import { withFiles } from '../../core/model/spec.ts';
import { encodeFloats } from '../../core/text.ts';
import { type Calibration, calibrate } from '../../core/vector/calibrate.ts';
import { centred, centreOf } from '../../core/vector/centre.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { Catalogue, Entry } from '../catalogue/entry.ts';
import { threadsOf } from '../model/embedder/embedder-pool.ts';
import type { ModelFiles } from '../model/model-folder.ts';
import { decodePhoto } from '../photos/decode.ts';
import { mapAhead } from '../photos/map-ahead.ts';
import { makeThumb } from '../photos/thumb.ts';
import type { BundleWriter } from './bundle-writer.ts';
import { buildGraph } from './graph/build-graph.ts';
import { shardItems } from './shard-items.ts';
import { Stopwatch } from './stopwatch.ts';

export interface BundleOptions {
  readonly centre: boolean;
  readonly maxPixels: number;
  /** Longest side of the thumbnails in pixels. */
  readonly thumbSide: number;
}

export interface BuildReporter {
  /** A stage begins; with a total where its length is known. */
  stage(name: string, total?: number): void;
  /** So many steps of the stage are done. */
  step(done: number): void;
  /** Something that the owner should know now. */
  warn(line: string): void;
}

export interface Failure {
  readonly path: string;
  readonly reason: string;
}

export interface BundleSummary {
  readonly counts: { photos: number; indexed: number; failed: number; damaged: number };
  readonly failures: readonly Failure[];
  readonly calibration: Calibration;
  readonly bytes: Record<'manifest' | 'model' | 'items' | 'vectors' | 'graph' | 'thumbs', number>;
  readonly seconds: Readonly<Record<string, number>>;
}

interface Embedded {
  readonly item: IndexedItem;
  readonly vector: Float32Array;
}

/** @throws SoutuError where not one photo could be indexed, or the bundle cannot be written */
export async function buildBundle(
  catalogue: Catalogue,
  model: ModelFiles,
  embedder: Embedder,
  writer: BundleWriter,
  options: BundleOptions,
  reporter: BuildReporter,
): Promise<BundleSummary> {
  const watch = new Stopwatch();
  for (const line of catalogue.warnings) reporter.warn(line);

  reporter.stage('Embedding', catalogue.entries.length);
  const { embedded, failures, damaged, thumbBytes } = await embedAll(
    catalogue.entries,
    embedder,
    writer,
    options,
    reporter,
  );
  if (embedded.length === 0) {
    throw new SoutuError(
      'CatalogueError',
      `None of the ${catalogue.entries.length} photos could be used; the first: ${failures[0]?.reason}`,
    );
  }
  watch.lap('embed');

  reporter.stage('Indexing');
  embedded.sort((a, b) => byId(a.item, b.item));
  const items = embedded.map(({ item }) => item);
  const { dimension } = model.spec;
  const plain = concat(
    Float32Array,
    embedded.map(({ vector }) => vector),
  );
  const centre = options.centre ? centreOf(plain, dimension) : null;
  const vectors = concat(
    Float32Array,
    embedded.map(({ vector }) => centred(vector, centre)),
  );
  const calibration = calibrate(vectors, dimension, items.map(groupOf), 1, catalogue.minScore);
  // Without a graph the bundle works as well: all items are compared. Hours of embedding are not lost.
  const graph = await buildGraph(vectors, dimension).catch((error: unknown) => {
    reporter.warn(`No graph, so large searches take longer: ${messageOf(error)}`);
    return null;
  });
  watch.lap('index');

  reporter.stage('Writing');
  const weights: FileRef[] = [];
  for (const [i, bytes] of model.weights.entries()) {
    const extension = extname(model.spec.weights.files[i]?.file ?? '').slice(1) || 'bin';
    weights.push(await writer.write('weights', extension, bytes));
  }
  const itemRefs: FileRef[] = [];
  for (const bytes of shardItems(items)) itemRefs.push(await writer.write('items', 'json', bytes));
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    model: withFiles(model.spec, weights),
    items: itemRefs,
    index: {
      count: items.length,
      dimension,
      metric: 'cosine',
      centre: centre && encodeFloats(centre),
      calibration,
      vectors: await writer.writeAll(
        'vectors',
        writeVectorShards(vectors, items.length, dimension),
      ),
      graph: graph ? await writer.writeAll('graph', writeGraphShards(graph)) : [],
    },
  };
  const manifestBytes = await writer.stageManifest(manifest);
  watch.lap('write');

  const sum = (refs: readonly FileRef[]) => refs.reduce((total, ref) => total + ref.bytes, 0);
  return {
    counts: {
      photos: catalogue.entries.length,
      indexed: items.length,
      failed: failures.length,
      damaged,
    },
    failures,
    calibration,
    bytes: {
      manifest: manifestBytes,
      model: sum(weights),
      items: sum(itemRefs),
      vectors: sum(manifest.index.vectors),
      graph: sum(manifest.index.graph),
      thumbs: thumbBytes,
    },
    seconds: watch.seconds,
  };
}

async function embedAll(
  entries: readonly Entry[],
  embedder: Embedder,
  writer: BundleWriter,
  options: BundleOptions,
  reporter: BuildReporter,
) {
  const embedded: Embedded[] = [];
  const failures: Failure[] = [];
  let damaged = 0;
  let thumbBytes = 0;
  let done = 0;
  const { input: spec } = embedder.spec;
  // A model may want the photo as it lies in the file; people want it upright.
  const isAsShown = spec.exif !== 'ignored' && spec.icc !== 'ignored';
  const makeOne = async ({ path }: Entry) => {
    const { image, damage } = await decodePhoto(path, options.maxPixels, spec);
    const shown = isAsShown ? image : (await decodePhoto(path, options.maxPixels)).image;
    const thumb = await makeThumb(shown, options.thumbSide);
    return { damage, thumb, vector: await embedder.embed(image) };
  };
  // Decoding runs ahead in libvips' threads while the photos before are embedded.
  const ahead = threadsOf(embedder) + Math.min(3, availableParallelism());
  for await (const { input, result } of mapAhead(entries, ahead, makeOne)) {
    if ('error' in result) {
      const { error } = result;
      // Only a photo's own fault concerns it alone.
      if (!(error instanceof SoutuError && error.name === 'PhotoError')) throw error;
      failures.push({ path: input.path, reason: messageOf(error) });
      reporter.warn(`Skipped: ${messageOf(error)}`);
    } else {
      const { damage, thumb, vector } = result.value;
      if (damage) {
        damaged++;
        reporter.warn(`Damaged, used as far as it goes: ${input.path} (${damage})`);
      }
      const item: IndexedItem = {
        ...input.item,
        thumb: await writer.writeThumb(thumb.bytes),
        thumbSize: thumb.size,
        thumbHash: thumb.hash,
      };
      thumbBytes += thumb.bytes.length;
      embedded.push({ item, vector });
    }
    reporter.step(++done);
  }
  return { embedded, failures, damaged, thumbBytes };
}
