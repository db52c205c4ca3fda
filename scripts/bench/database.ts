/**
 * `npm run bench -- database [--rows N] [--photos N] [--model FOLDER] [--rounds N] [--json]`: a build from MariaDB with
 * photos by URL, as the original system does it, against embedding alone. MariaDB is started from Debian's package, and a
 * local server has the photos.
 *
 * Builds from PHOTOS rows and from a few, each with a fresh cache, alternate with embedding the decoded pixels of the same
 * photos by as many threads. Their difference is what a row costs. All ROWS rows are read, and their photos downloaded, once; what that would add to
 * embedding as many is the second figure.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { RgbaImage } from '../../src/core/image/pixels.ts';
import { median } from '../../src/core/median.ts';
import { build } from '../../src/node/build/build.ts';
import { readCatalogue } from '../../src/node/catalogue/catalogue.ts';
import { withDownloads } from '../../src/node/catalogue/download.ts';
import { openNodeEmbedder } from '../../src/node/model/embedder/embedder-node.ts';
import { photosAtOnce } from '../../src/node/model/embedder/embedder-pool.ts';
import { loadModel } from '../../src/node/model/load.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { mapAhead } from '../../src/node/photos/map-ahead.ts';
import { type MariaDb, startMariaDb } from './support/mariadb.ts';

/** Largest accepted overhead. */
const BAR = 0.1;
/** Photos of 0.2 megapixels, as the original downloads. */
const SIZE = { width: 516, height: 388 } as const;
/** Photos of the short builds. */
const FEW = 4;
/** Distinct photos on the server when all rows are downloaded. */
const DISTINCT = 24;

const QUERY = 'SELECT id, relation_id, photo FROM images';

const SILENT = { stage: () => undefined, step: () => undefined, warn: () => undefined };

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '20000' },
      photos: { type: 'string', default: '60' },
      rounds: { type: 'string', default: '3' },
      model: { type: 'string', default: 'vgg16-lite' },
      json: { type: 'boolean', default: false },
    },
  });
  const [count, some, rounds] = [values.rows, values.photos, values.rounds].map(Number) as [
    number,
    number,
    number,
  ];
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  const photos = await makePhotos(Math.max(some, DISTINCT));
  const server = await serve(photos);
  const mariadb = await startMariaDb();
  const cache = process.env.SOUTU_CACHE;
  process.env.SOUTU_DB_PASSWORD = mariadb.password;
  try {
    await fill(mariadb, count, photos.length, server.origin);
    const source = `mysql://${mariadb.user}@127.0.0.1:${mariadb.port}/shop`;
    const embed = await embedder(values.model, photos.slice(0, some));
    const builds: Time[] = [];
    const fews: Time[] = [];
    const alone: Time[] = [];
    for (let round = 0; round < rounds; round++) {
      // Nothing is cached: every photo is downloaded, decoded and embedded.
      process.env.SOUTU_CACHE = join(folder, `cache-${round}`);
      alone.push(await embed.run());
      fews.push(await buildFrom(source, FEW, folder, `few-${round}`, values.model));
      process.env.SOUTU_CACHE = join(folder, `cache-whole-${round}`);
      builds.push(await buildFrom(source, some, folder, `whole-${round}`, values.model));
    }
    await embed.close();
    let read = 0;
    const catalogue = { entries: 0 };
    process.env.SOUTU_CACHE = join(folder, 'cache-all');
    const { seconds: download } = await timed(async () => {
      const listed = await timed(() => readCatalogue(source, { query: QUERY }));
      read = listed.seconds;
      catalogue.entries = listed.result.entries.length;
      await withDownloads(listed.result, {
        cache: join(folder, 'cache-all'),
        allowPrivate: true,
        reporter: SILENT,
      });
    });
    const perPhoto = median(alone.map(({ seconds }) => seconds)) / some;
    // What every build costs once (loading the model, starting threads, writing files) is in both, and cancels out.
    const overheadBy = (of: (time: Time) => number) =>
      median(
        builds.map((time, i) => {
          const perRow = (of(time) - of(fews[i] as Time)) / (some - FEW);
          return perRow / (of(alone[i] as Time) / some);
        }),
      ) - 1;
    const figures = {
      photos: some,
      rows: catalogue.entries,
      embeddingPerSecond: 1 / perPhoto,
      buildPerSecond: some / median(builds.map(({ seconds }) => seconds)),
      overhead: overheadBy(({ seconds }) => seconds),
      overheadOfCpu: overheadBy(({ cpu }) => cpu),
      readRowsPerSecond: count / read,
      downloadsPerSecond: count / (download - read),
      overheadOfRowsAndDownloads: download / (perPhoto * count),
    };
    console.table({
      [`embedding alone, ${some} photos (photos/s)`]: figures.embeddingPerSecond.toFixed(1),
      [`whole build from MariaDB, ${some} photos (rows/s)`]: figures.buildPerSecond.toFixed(1),
      'overhead per row of a build, time': percent(figures.overhead),
      'overhead per row of a build, processor time': percent(figures.overheadOfCpu),
      [`reading ${count} rows (rows/s)`]: figures.readRowsPerSecond.toFixed(0),
      'downloads (photos/s)': figures.downloadsPerSecond.toFixed(0),
      [`reading and downloading ${count}, as a share of embedding them`]: percent(
        figures.overheadOfRowsAndDownloads,
      ),
    });
    if (values.json) console.log(JSON.stringify(figures));
    if (figures.overhead > BAR) process.exitCode = 1;
  } finally {
    if (cache === undefined) delete process.env.SOUTU_CACHE;
    else process.env.SOUTU_CACHE = cache;
    await mariadb.stop();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function buildFrom(source: string, rows: number, folder: string, name: string, model: string) {
  return timed(() =>
    build({
      photos: source,
      query: `${QUERY} WHERE id <= ${rows}`,
      out: join(folder, name),
      bundleOnly: true,
      allowPrivate: true,
      soft: false,
      model,
    }),
  );
}

interface Time {
  readonly seconds: number;
  /** Of all threads of this process: other programs on a busy machine do not count. */
  readonly cpu: number;
}

async function timed<T>(work: () => Promise<T>): Promise<Time & { result: T }> {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

/** Distinct parts of the sample's photos. */
async function makePhotos(count: number): Promise<Buffer[]> {
  const names = JSON.parse(await readFile('public/sample/catalogue.json', 'utf8')).items as {
    image: string;
  }[];
  const photos: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const { image } = names[i % names.length] as { image: string };
    const turned = sharp(join('public/sample', image)).resize(SIZE.width, SIZE.height);
    photos.push(
      await turned
        .modulate({ hue: Math.floor(i / names.length) * 30 })
        .jpeg()
        .toBuffer(),
    );
  }
  return photos;
}

async function serve(photos: readonly Buffer[]) {
  const server = createServer((request, response) => {
    const [, number] = /\/(\d+)\.jpg$/.exec(request.url ?? '') ?? [];
    const photo = photos[Number(number) % photos.length];
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': photo?.length ?? 0 });
    response.end(photo);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function fill(mariadb: MariaDb, rows: number, photos: number, origin: string): Promise<void> {
  await mariadb.execute(
    'CREATE TABLE images (id INT PRIMARY KEY, relation_id INT, photo VARCHAR(200))',
  );
  const all = Array.from({ length: rows }, (_, i) => [i + 1, i >> 1, `${origin}/p/${i}.jpg`]);
  await mariadb.insert('images', all);
  if (photos > rows) throw new Error('There must be more rows than photos');
}

/** Embeds decoded pixels, as many at a time as a build does. */
async function embedder(name: string, photos: readonly Buffer[]) {
  const model = await loadModel(name);
  const { embedder: pool } = await openNodeEmbedder(model, undefined, {
    photos: photos.length,
    threads: undefined,
    warn: () => undefined,
  });
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bench-photos-'));
  const images: RgbaImage[] = [];
  for (const [i, photo] of photos.entries()) {
    const path = join(folder, `${i}.jpg`);
    await sharp(photo).toFile(path);
    images.push((await decodePhoto(path, 1e8, model.spec.input)).image);
  }
  await rm(folder, { recursive: true, force: true });
  // Threads start and compile before the clock does.
  const [first] = images;
  if (first) await Promise.all([pool.embed(first), pool.embed(first)]);
  return {
    run: () =>
      timed(async () => {
        for await (const { result } of mapAhead(images, photosAtOnce(pool) + 1, (image) =>
          pool.embed(image),
        )) {
          if ('error' in result) throw result.error;
        }
      }),
    close: async () => pool.dispose(),
  };
}
