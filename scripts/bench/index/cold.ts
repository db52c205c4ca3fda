/** A first search in an index in parts, of a bundle as a build writes it: bytes, requests and waves to ten ids, and recall. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import type { BundleSource } from '../../../src/core/bundle/source.ts';
import type { ModelSpec } from '../../../src/core/model/spec.ts';
import { openParts } from '../../../src/engine/parts/open-parts.ts';
import type { PartsRetriever } from '../../../src/engine/parts/parts-retriever.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import { type MadeParts, makeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { writeBundle } from '../../../src/node/build/write-bundle.ts';
import { Staging } from '../../../src/node/files/staging.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';
import { DIMENSION, K, type Vectors } from './vectors.ts';

export interface Cold {
  /** Means, with the manifest (compressed, as hosts do) and the root. */
  readonly bytes: number;
  readonly bytes95: number;
  readonly requests: number;
  readonly mostRequests: number;
  /** Rounds of shards and of fine files, after the root. */
  readonly waves: number;
  readonly mostWaves: number;
  readonly recall10: number;
  /** What the build itself expects. */
  readonly expected10: number;
  readonly expectedBytes: number;
  readonly shards: number;
  readonly files: number;
  readonly buildSeconds: number;
  /** Milliseconds of a search, without downloads: root, decoding and scanning. */
  readonly ms: number;
}

/** No search here embeds anything. */
const MODEL: Extract<ModelSpec, { family: 'vgg-stack' }> = {
  name: 'none',
  family: 'vgg-stack',
  widths: [[DIMENSION]],
  finalPool: 'none',
  pooling: 'max',
  projection: null,
  normalize: 'l2',
  dimension: DIMENSION,
  input: {
    ...{ width: 32, height: 32, resize: 'stretch', filter: 'bilinear-antialias', channels: 'RGB' },
    ...{ mean: [0, 0, 0], scale: [1, 1, 1] },
  },
  preprocessing: 1,
  weights: { dtype: 'F32', files: [] },
  licence: 'MIT',
  attribution: 'us',
  canary: null,
};

type Result = Record<'ms' | 'hits' | 'bytes' | 'requests' | 'waves', number>;

/** @param recall that the build is asked for */
export async function coldSearch(vectors: Vectors, recall: number): Promise<Cold> {
  const { base, queries, exact } = vectors;
  const start = performance.now();
  const parts = await makeParts(rowSourceOf(base, DIMENSION), { recall });
  if (!parts) throw new Error(`No shards have a recall of ${recall}.`);
  const folder = await mkdtemp(join(tmpdir(), 'soutu-cold-'));
  try {
    const { ids, manifest } = await writeParts(parts, base, folder);
    const buildSeconds = (performance.now() - start) / 1000;
    const files = (await readdir(folder)).length;
    const results: Result[] = [];
    const manifestBytes = brotliCompressSync(JSON.stringify(manifest)).length;
    for (const [q, query] of queries.entries()) {
      const counted = countingSource(folder);
      const bundle = await Bundle.open(counted.source);
      const from = performance.now();
      const retriever: PartsRetriever = openParts(bundle);
      const { rows } = await retriever.nearest(query, {
        ...{ k: K, ef: 1, filter: {}, exact: false, everyMatch: false },
        minScore: Number.NEGATIVE_INFINITY,
      });
      const ms = performance.now() - from;
      const wanted = (exact[q] as readonly number[]).map((row) => ids[row]);
      const hits = rows.filter(({ row }) => wanted.includes(row.id)).length;
      const { bytes, requests, rounds } = counted.counts();
      results.push({
        ...{ ms, hits, bytes: bytes + manifestBytes, requests: requests + 1 },
        // The first one reads the root.
        waves: rounds - 1,
      });
    }
    const of = (name: keyof (typeof results)[number]) =>
      results.map((result) => result[name]).sort((a, b) => a - b);
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    return {
      bytes: mean(of('bytes')),
      bytes95: of('bytes')[Math.floor(0.95 * results.length)] as number,
      requests: mean(of('requests')),
      mostRequests: of('requests').at(-1) as number,
      waves: mean(of('waves')),
      mostWaves: of('waves').at(-1) as number,
      recall10: mean(of('hits')) / K,
      expected10: parts.recall10,
      expectedBytes: parts.cold.bytes,
      shards: parts.spilled.length,
      ...{ files, buildSeconds },
      ms: of('ms')[results.length >> 1] as number,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a bundle of these parts, as a build does; its items have nothing but ids. */
export async function writeParts(parts: MadeParts, base: Float32Array, folder: string) {
  const ids = Array.from({ length: parts.count }, (_, row) => `p${String(row).padStart(6, '0')}`);
  const staging = new Staging({ warn: (line) => console.error(line) });
  const writer = await BundleWriter.open(folder, staging);
  const weights = await writer.write('weights', 'bin', Uint8Array.of(1));
  const manifest = await writeBundle(writer, {
    model: { ...MODEL, weights: { dtype: 'F32', files: [weights] } },
    items: ids.map((id) => ({ id, image: `${id}.jpg` })),
    attributes: [],
    trimmed: false,
    plain: base,
    vectors: base,
    space: { centre: null, colour: null },
    calibration: { match: 0.8, related: 0.4, matchFrom: 'model', relatedFrom: 'model' },
    soft: null,
    similar: ids.map(() => []),
    index: { type: 'parts', parts },
    previous: null,
  });
  await writer.stageManifest(manifest);
  await staging.publish();
  return { ids, manifest };
}

/** Counts the reads of files. A round begins when a file is asked for while none is being read. */
function countingSource(folder: string) {
  const { where, manifest, read } = folderSource(folder);
  let bytes = 0;
  let requests = 0;
  let rounds = 0;
  let open = 0;
  const source: BundleSource = {
    where,
    manifest,
    async read(ref) {
      if (open === 0) rounds++;
      open++;
      requests++;
      bytes += ref.bytes;
      try {
        return await read(ref);
      } finally {
        open--;
      }
    },
  };
  return { source, counts: () => ({ bytes, requests, rounds }) };
}
