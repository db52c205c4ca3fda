/**
 * `npm run bench -- build [--photos N] [--json]`: what a build adds to its parts, and what a rebuild costs. Photos have
 * 0.2 megapixels; many photos are a few of the sample with seeded noise. Ratios have bars: those of processor time, which
 * counts all threads and does not depend on what else the machine does. (Elapsed time is given, too.) What is compared
 * alternates, and medians count.
 *
 *     vgg16     a build with VGG16 (the stand-in with its weights, ../shared/models), beside embedding alone
 *     vgg16-lite  decoding (with the thumbnail) and embedding alone, each on one core: a build keeps two cores busy, so it
 *               takes half of its processor time
 *     rebuild   of N unchanged photos, in place, and on a fresh machine with --previous URL
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { median } from '../../src/core/median.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { type BuildOptions, build } from '../../src/node/index.ts';
import { convertModel } from '../../src/node/model/convert.ts';
import { openNodeEmbedder } from '../../src/node/model/embedder/embedder-node.ts';
import { loadModel } from '../../src/node/model/load.ts';
import { writeModelFolder } from '../../src/node/model/write-folder.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { makeThumb } from '../../src/node/photos/thumb.ts';
import { serveFolder } from '../../src/node/serve/static-server.ts';

const SAMPLE = 'public/sample/photos';
const STANDIN = '../shared/models/vgg16-standin.h5';
const WIDTH = 548;
const HEIGHT = 365;
const CORES = 2;
const ROUNDS = 2;
const VGG_PHOTOS = 150;
const LITE_PHOTOS = 300;

interface Row {
  readonly name: string;
  readonly ratio: number;
  readonly bar: number;
  /** Whether the bar is the least ratio, not the largest. */
  readonly atLeast?: boolean;
  readonly detail: string;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      photos: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const root = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  process.env.SOUTU_CACHE = join(root, 'cache');
  const rows: Row[] = [];
  try {
    if (!values.only || values.only === 'vgg16') rows.push(await besideEmbedding(root));
    if (!values.only || values.only === 'vgg16-lite') rows.push(await shareOfSlower(root));
    if (!values.only || values.only === 'rebuild') {
      rows.push(...(await rebuilds(root, Number(values.photos ?? 10_000))));
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  for (const { name, ratio, bar, atLeast, detail } of rows) {
    const isMet = atLeast ? ratio >= bar : ratio <= bar;
    if (!isMet) process.exitCode = 1;
    console.log(
      `${name.padEnd(52)}${(100 * ratio).toFixed(1).padStart(7)} %   bar ${atLeast ? '≥' : '≤'} ${100 * bar} %: ` +
        `${isMet ? 'met' : 'MISSED'}   (${detail})`,
    );
  }
  if (values.json) console.log(JSON.stringify(rows));
}

/** Small changes of a few pictures, so that no two photos are the same. */
async function writePhotos(
  folder: string,
  count: number,
  width = WIDTH,
  height = HEIGHT,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(SAMPLE)).sort().slice(0, 20);
  const pictures = await Promise.all(
    names.map((name) =>
      sharp(join(SAMPLE, name))
        .resize(width, height, { fit: 'fill' })
        .removeAlpha()
        .raw()
        .toBuffer(),
    ),
  );
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const random = seededRandom(i + 1);
    const data = Buffer.from(pictures[i % pictures.length] as Buffer);
    for (let change = 0; change < 200; change++) {
      data[Math.floor(random() * data.length)] = Math.floor(256 * random());
    }
    const path = join(folder, `${String(i).padStart(6, '0')}.jpg`);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 })
      .toFile(path);
    paths.push(path);
  }
  return paths;
}

interface Took {
  /** Seconds of all threads of this process. */
  readonly cpu: number;
  readonly elapsed: number;
}

async function measure(action: () => Promise<unknown>): Promise<Took> {
  const started = performance.now();
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1e6, elapsed: (performance.now() - started) / 1000 };
}

const told = (list: readonly Took[]) =>
  list.map(({ cpu, elapsed }) => `${cpu.toFixed(2)} (${elapsed.toFixed(2)} elapsed)`).join(', ');

function buildOf(photos: string, out: string, options: Partial<BuildOptions>) {
  return build({ photos, out, bundleOnly: true, report: false, threads: CORES, ...options });
}

async function besideEmbedding(root: string): Promise<Row> {
  const photos = join(root, 'vgg16-photos');
  const paths = await writePhotos(photos, VGG_PHOTOS);
  const model = join(root, 'vgg16');
  const reporter = { stage: () => undefined, step: () => undefined };
  const { spec, files } = await convertModel({ source: STANDIN, form: 'f16', reporter });
  await writeModelFolder(model, spec, files);
  const loaded = await loadModel(model);
  const pure: Took[] = [];
  const whole: Took[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const images = await Promise.all(paths.map(async (path) => (await decodePhoto(path)).image));
    const many = { photos: VGG_PHOTOS, threads: CORES, warn: () => undefined };
    const { embedder } = await openNodeEmbedder(loaded, 'deterministic', many);
    pure.push(await measure(() => Promise.all(images.map((image) => embedder.embed(image)))));
    await embedder.dispose();
    const out = join(root, `vgg16-${round}`);
    const options = { model, soft: false, trim: false, cache: false };
    whole.push(await measure(() => buildOf(photos, out, options)));
  }
  const ratios = whole.map(({ cpu }, i) => cpu / (pure[i] as Took).cpu - 1);
  return {
    name: 'VGG16: decoding, thumbnails and all else, beside embedding',
    ratio: median(ratios),
    bar: 0.1,
    detail: `${VGG_PHOTOS} photos; builds ${told(whole)} s, embedding ${told(pure)} s`,
  };
}

async function shareOfSlower(root: string): Promise<Row> {
  const photos = join(root, 'lite-photos');
  const paths = await writePhotos(photos, LITE_PHOTOS);
  const loaded = await loadModel('vgg16-lite');
  const rounds: { decode: Took; embed: Took; whole: Took }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    sharp.concurrency(1);
    const images = await Promise.all(
      paths.slice(0, 50).map(async (path) => (await decodePhoto(path)).image),
    );
    const decode = await measure(async () => {
      for (const path of paths) await makeThumb((await decodePhoto(path)).image, 320);
    });
    const { embedder } = await openNodeEmbedder(loaded);
    const embed = await measure(async () => {
      for (let i = 0; i < LITE_PHOTOS; i++)
        await embedder.embed(images[i % 50] as (typeof images)[0]);
    });
    await embedder.dispose();
    const out = join(root, `lite-${round}`);
    const whole = await measure(() => buildOf(photos, out, { soft: false, cache: false }));
    rounds.push({ decode, embed, whole });
  }
  const shares = rounds.map(
    ({ decode, embed, whole }) => (CORES * Math.max(decode.cpu, embed.cpu)) / whole.cpu,
  );
  const of = (key: keyof (typeof rounds)[0]) => told(rounds.map((one) => one[key]));
  return {
    name: 'vgg16-lite: the slower of decoding and embedding alone, share',
    ratio: median(shares),
    bar: 0.85,
    atLeast: true,
    detail: `${LITE_PHOTOS} photos; decoding ${of('decode')} s, embedding ${of('embed')} s, build ${of('whole')} s`,
  };
}

async function rebuilds(root: string, count: number): Promise<Row[]> {
  const photos = join(root, 'many');
  await writePhotos(photos, count, 320, 240);
  const out = join(root, 'site');
  const first = await measure(() => buildOf(photos, out, {}));
  console.log(`${count} photos: the first build takes ${told([first])} s`);
  const again: Took[] = [];
  const fresh: Took[] = [];
  const server = await serveFolder(out, { port: 0 });
  try {
    for (let round = 0; round < ROUNDS; round++) {
      again.push(
        await measure(async () => {
          const { counts, kept } = await buildOf(photos, out, {});
          if (counts.unchanged !== count || !kept) throw new Error('The rebuild embedded photos.');
        }),
      );
      process.env.SOUTU_CACHE = join(root, `fresh-cache-${round}`);
      const other = join(root, `fresh-${round}`);
      fresh.push(
        await measure(async () => {
          const { counts, kept } = await buildOf(photos, other, { previous: server.url });
          if (counts.unchanged !== count || !kept) throw new Error('The fresh machine embedded.');
        }),
      );
      await sameManifest(out, other);
      process.env.SOUTU_CACHE = join(root, 'cache');
    }
  } finally {
    await server.close();
  }
  const cpu = (list: readonly Took[]) => median(list.map((one) => one.cpu));
  const detail = (list: readonly Took[]) => `${told(list)} s of ${told([first])} s`;
  return [
    {
      name: `rebuild of ${count} unchanged photos`,
      ratio: cpu(again) / first.cpu,
      bar: 0.02,
      detail: detail(again),
    },
    {
      name: 'the same on a fresh machine with --previous URL',
      ratio: cpu(fresh) / first.cpu,
      bar: 0.05,
      detail: detail(fresh),
    },
  ];
}

async function sameManifest(a: string, b: string): Promise<void> {
  const [one, other] = await Promise.all([a, b].map((out) => readFile(join(out, 'manifest.json'))));
  const thumbs = await readdir(join(b, 'thumbs'));
  const empty = (await stat(join(b, 'thumbs', thumbs[0] as string))).size === 0;
  if (!one || !other?.equals(one) || empty)
    throw new Error('The fresh machine wrote another bundle.');
}
