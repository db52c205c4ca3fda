/**
 * `npm run bench -- crops [DATA] [--json]`: whether a part of a photo finds what the whole photo finds. DATA is
 * `shared/data`.
 *
 * The parts are tight boxes around the pots of the sample shop's held-out photos, from their geometry. `objects` have no
 * boxes, and their things fill them: of 100, the middle half, and what is proposed first, which may be a part of the
 * thing. Each is searched as it is, and as the page searches a part.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RgbaImage } from '../../src/core/image/pixels.ts';
import { withSurroundings } from '../../src/core/image/surroundings.ts';
import { cropPixels } from '../../src/core/image/trim.ts';
import type { Region } from '../../src/core/image/view.ts';
import { proposeSubjects, type Strengths, strengthsOf } from '../../src/core/model/subjects.ts';
import { seededRandom, shuffled } from '../../src/core/vector/random.ts';
import type { SearchEngine } from '../../src/engine/search-engine.ts';
import { build } from '../../src/node/build/build.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { sampleOutlines } from './support/outlines.ts';

const SAMPLE = fileURLToPath(new URL('../../public/sample', import.meta.url));
/** Half of the area. */
const MIDDLE: Region = { left: 0.1464, top: 0.1464, width: 0.7072, height: 0.7072 };
const OBJECTS = 100;

interface Case {
  readonly photo: RgbaImage;
  readonly box: Region;
  /** Whether a hit is what the photo shows. */
  readonly isOwn: (hit: { readonly id: string; readonly group: string }) => boolean;
}

/** Shares of photos whose own item comes first. */
interface Row {
  readonly set: string;
  readonly photos: number;
  readonly whole: number;
  readonly tight: number;
  readonly asSearched: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const data = resolve(args.find((arg) => !arg.startsWith('--')) ?? '../shared/data');
  const shop = join(SAMPLE, 'catalogue.json');
  const objects = join(data, 'objects');
  const rows = [
    ...(await measure(shop, { 'sample shop': sampleCases })),
    ...(await measure(objects, {
      'objects, middle': (engine) => objectCases(engine, objects, async () => MIDDLE),
      'objects, proposed': (engine) => objectCases(engine, objects, proposedIn(engine)),
    })),
  ];
  console.log('set                photos  whole  tight  with surroundings');
  for (const { set, photos, whole, tight, asSearched } of rows) {
    console.log(
      `${set.padEnd(17)}  ${String(photos).padEnd(6)}  ${whole.toFixed(3)}  ${tight.toFixed(3)}  ${asSearched.toFixed(3)}`,
    );
  }
  if (args.includes('--json')) console.log(JSON.stringify({ crops: rows }));
}

type CasesOf = (engine: SearchEngine) => AsyncIterable<Case>;

async function measure(photos: string, sets: Record<string, CasesOf>): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  console.error(`Building a bundle of ${photos}`);
  await build({ photos, out: folder, bundleOnly: true });
  const engine = await openEngine(folder);
  const rows: Row[] = [];
  for (const [set, casesOf] of Object.entries(sets)) rows.push(await rowOf(engine, set, casesOf));
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
  return rows;
}

async function rowOf(engine: SearchEngine, set: string, casesOf: CasesOf): Promise<Row> {
  const found = { whole: 0, tight: 0, asSearched: 0 };
  let photos = 0;
  for await (const { photo, box, isOwn } of casesOf(engine)) {
    const finds = async (part: RgbaImage, trim: boolean) => {
      const options = { size: 1, exact: true, fields: ['id' as const] };
      const { hits } = await engine.search({ photo: part, trim }, options);
      return Number(hits[0] !== undefined && isOwn(hits[0]));
    };
    photos++;
    found.whole += await finds(photo, true);
    found.tight += await finds(cropPixels(photo, box), false);
    found.asSearched += await finds(cropPixels(photo, withSurroundings(box, photo)), false);
  }
  const { whole, tight, asSearched } = found;
  return {
    set,
    photos,
    whole: whole / photos,
    tight: tight / photos,
    asSearched: asSearched / photos,
  };
}

async function* sampleCases(): AsyncGenerator<Case> {
  const outlines = sampleOutlines((path) => path.startsWith('queries/'));
  const lines = (await readFile(join(SAMPLE, 'queries.tsv'), 'utf8')).trim().split('\n');
  for (const line of lines) {
    const [path, piece] = line.split('\t') as [string, string];
    const outline = outlines.get(path);
    if (!outline) throw new Error(`${path}: the renderer plans no such photo.`);
    const { image } = await decodePhoto(join(SAMPLE, path));
    yield { photo: image, box: outline.box, isOwn: ({ group }) => group === piece };
  }
}

type BoxOf = (photo: RgbaImage) => Promise<Region>;

function proposedIn(engine: SearchEngine): BoxOf {
  return async (photo) => {
    const views: Strengths[] = [];
    await engine.model.embed(photo, undefined, (map, window) => {
      views.push(strengthsOf(map, window));
    });
    return proposeSubjects(views, photo)[0] ?? MIDDLE;
  };
}

async function* objectCases(
  engine: SearchEngine,
  folder: string,
  boxOf: BoxOf,
): AsyncGenerator<Case> {
  const ids = shuffled(
    (await engine.bundle.columns()).map((item) => item.id),
    seededRandom(1),
  );
  const items = await engine.retriever.items(ids.slice(0, OBJECTS), {});
  for (const { id: own, image } of items) {
    const photo = (await decodePhoto(join(folder, image ?? ''))).image;
    yield { photo, box: await boxOf(photo), isOwn: ({ id }) => id === own };
  }
}
