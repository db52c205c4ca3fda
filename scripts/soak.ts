/**
 * `npm run soak [-- --items N] [--flat]`: builds a bundle of 100,000 items, and reports the largest memory that the process ever
 * had (maximum resident set size, as the system counts it). The exit code is 1 above the bar of 1.5 GB.
 *
 * Everything is real except the model: a stub derives a vector from a photo's pixels, because embedding takes hours and
 * no memory worth speaking of. No other script or test may do so.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deflateSync } from 'node:zlib';
import { normalised } from '../src/core/vector/arithmetic.ts';
import { seededRandom } from '../src/core/vector/random.ts';
import type { Embedder } from '../src/engine/embedder.ts';
import { buildBundle } from '../src/node/build/build-bundle.ts';
import { BundleWriter } from '../src/node/build/bundle-writer.ts';
import { madeWith } from '../src/node/build/previous/made-with.ts';
import { openPreviousPhotos } from '../src/node/build/previous/photos/open-previous-photos.ts';
import { readCatalogue } from '../src/node/catalogue/catalogue.ts';
import { duration } from '../src/node/cli/progress.ts';
import { Staging } from '../src/node/files/staging.ts';
import { loadModel } from '../src/node/model/load.ts';
import { DEFAULT_MODEL } from '../src/node/model/model-folder.ts';

const BAR_BYTES = 1.5e9;
const SIDE = 24;
/** Things of the catalogue: photos of one are near each other. */
const KINDS = 500;
const GROUP = 3;

const { values } = parseArgs({
  options: { items: { type: 'string' }, flat: { type: 'boolean' } },
});
const count = Number(values.items ?? 100_000);
const root = await mkdtemp(join(tmpdir(), 'soutu-soak-'));
try {
  await soak();
} finally {
  await rm(root, { recursive: true, force: true });
}

async function soak(): Promise<void> {
  const photos = join(root, 'photos');
  await mkdir(photos);
  for (let i = 0; i < count; i++) {
    await writeFile(join(photos, `${i}.png`), png(i));
  }
  const catalogue = join(photos, 'catalogue.json');
  await writeFile(catalogue, JSON.stringify(Array.from({ length: count }, (_, i) => itemOf(i))));
  const before = process.resourceUsage().maxRSS * 1024;
  console.log(`${count} photos written; ${gigabytes(before)} so far`);

  const model = await loadModel(DEFAULT_MODEL);
  const { dimension } = model.spec;
  const centres = Array.from({ length: KINDS }, (_, kind) => noise(kind + 1, dimension));
  const embedder: Embedder = {
    engine: 'stub',
    spec: model.spec,
    async embed({ data }) {
      const seed = (data[0] ?? 0) + 256 * (data[1] ?? 0) + 65_536 * (data[2] ?? 0);
      const own = noise(seed + KINDS, dimension);
      const centre = centres[seed % KINDS] as Float32Array;
      return normalised(own.map((x, i) => 0.6 * x + (centre[i] as number)));
    },
    dispose: async () => undefined,
  };
  let stage = '';
  let since = performance.now();
  const lines: string[] = [];
  const end = () => {
    if (stage === '') return;
    const took = duration((performance.now() - since) / 1000);
    lines.push(
      `${stage.padEnd(12)}${took.padStart(12)}   ${gigabytes(process.resourceUsage().maxRSS * 1024)} at most`,
    );
    console.log(lines.at(-1));
  };
  const reporter = {
    stage(name: string) {
      end();
      stage = name;
      since = performance.now();
    },
    step: () => undefined,
    warn: (line: string) => console.log(line),
  };
  const out = join(root, 'out');
  const staging = new Staging(reporter);
  const writer = await BundleWriter.open(out, staging);
  const settings = {
    ...{ centre: true, trim: true, maxPixels: 1e8, thumbSide: 320, fresh: false },
    ...(values.flat ? { graphAbove: Number.POSITIVE_INFINITY } : {}),
  };
  const made = madeWith(model.spec, embedder.engine, settings);
  const previousPhotos = await openPreviousPhotos(
    join(root, 'cache'),
    writer,
    made,
    dimension,
    reporter.warn,
  );
  const listed = await readCatalogue(catalogue);
  const { counts } = await buildBundle(
    listed,
    model,
    embedder,
    writer,
    settings,
    reporter,
    previousPhotos,
  );
  await staging.publish();
  await writer.sweep();
  end();
  const peak = process.resourceUsage().maxRSS * 1024;
  const isMet = peak <= BAR_BYTES;
  console.log(
    `${counts.indexed} of ${count} items; at most ${gigabytes(peak)}. Bar: ${gigabytes(BAR_BYTES)}: ${isMet ? 'met' : 'MISSED'}`,
  );
  if (!isMet || counts.indexed !== count) process.exitCode = 1;
}

function itemOf(i: number) {
  return {
    id: `item-${String(i).padStart(7, '0')}`,
    image: `${i}.png`,
    group: `group-${Math.floor(i / GROUP)}`,
    title: `Photo ${i} of ${count}`,
    url: `https://shop.example/things/${i}`,
    attributes: { kind: `kind-${i % KINDS}`, price: (i % 997) / 10 },
  };
}

function noise(seed: number, length: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

/** Noise whose first pixel is the number. */
function png(i: number): Buffer {
  const random = seededRandom(i + 1);
  const rows = Buffer.alloc(SIDE * (1 + 3 * SIDE));
  for (let at = 0; at < rows.length; at++)
    rows[at] = at % (1 + 3 * SIDE) === 0 ? 0 : 256 * random();
  rows.set([i & 255, (i >> 8) & 255, (i >> 16) & 255], 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  head.set([8, 2], 8);
  const chunks = [
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND'),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** The checksum of PNG (ISO 3309). */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
