/**
 * `npm run bench -- subjects [DATA] [--seed N] [--json]`: whether the dots on a photo lead to what is in it. Pots of the
 * sample shop's held-out photos are pasted on photos of something else, and on plain grounds, one to three at a time; and
 * the photos themselves. DATA is `shared/data`.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withSurroundings } from '../../src/core/image/surroundings.ts';
import { cropPixels } from '../../src/core/image/trim.ts';
import type { SearchEngine } from '../../src/engine/search-engine.ts';
import { build } from '../../src/node/build/build.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { type Composite, CompositeMaker } from './support/composites.ts';

const SAMPLE = fileURLToPath(new URL('../../public/sample', import.meta.url));
const COUNTS = { 1: 50, 2: 30, 3: 25 } as const;
const OPTIONS = { size: 1, exact: true, fields: ['id' as const] };

/** Shares of things, over all photos of a set. */
interface Row {
  readonly set: string;
  readonly photos: number;
  readonly things: number;
  /** The thing is the best hit of the whole photo. */
  readonly whole: number;
  /** It is the best hit of a dot. */
  readonly dots: number;
  /** Either. */
  readonly either: number;
  readonly dotsPerPhoto: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seed: { type: 'string', default: '8' }, json: { type: 'boolean' } },
  });
  const data = resolve(positionals[0] ?? '../shared/data');
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  console.error('Building a bundle of the sample shop');
  await build({ photos: join(SAMPLE, 'catalogue.json'), out: folder, bundleOnly: true });
  const engine = await openEngine(folder);
  const maker = await CompositeMaker.open(SAMPLE, join(data, 'distractors'), Number(values.seed));
  const rows: Row[] = [];
  for (const ground of ['photo', 'plain'] as const) {
    for (const count of [1, 2, 3] as const) {
      const photos: Composite[] = [];
      while (photos.length < COUNTS[count]) photos.push(await maker.make(count, ground));
      rows.push(await measure(engine, `${count} on ${ground}`, photos));
    }
  }
  rows.push(await measure(engine, 'as they are', await heldOut()));
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
  console.log('pots         photos  whole  a dot  either  dots per photo');
  for (const { set, photos, whole, dots, either, dotsPerPhoto } of rows) {
    const shares = [whole, dots, either].map((share) => share.toFixed(3)).join('  ');
    console.log(
      `${set.padEnd(11)}  ${String(photos).padEnd(6)}  ${shares}   ${dotsPerPhoto.toFixed(1)}`,
    );
  }
  if (values.json) console.log(JSON.stringify({ subjects: rows }));
}

async function measure(
  engine: SearchEngine,
  set: string,
  composites: readonly Composite[],
): Promise<Row> {
  const found = { things: 0, whole: 0, dots: 0, either: 0, offered: 0 };
  for (const { photo, groups } of composites) {
    const { hits, subjects } = await engine.search({ photo }, OPTIONS);
    const ofDots: (string | undefined)[] = [];
    for (const subject of subjects) {
      const part = cropPixels(photo, withSurroundings(subject, photo));
      const answer = await engine.search({ photo: part, trim: false }, OPTIONS);
      ofDots.push(answer.hits[0]?.group);
    }
    found.offered += subjects.length;
    for (const group of groups) {
      const byWhole = hits[0]?.group === group;
      const byDot = ofDots.includes(group);
      found.things++;
      found.whole += Number(byWhole);
      found.dots += Number(byDot);
      found.either += Number(byWhole || byDot);
    }
  }
  const { things, whole, dots, either, offered } = found;
  return {
    set,
    photos: composites.length,
    things,
    whole: whole / things,
    dots: dots / things,
    either: either / things,
    dotsPerPhoto: offered / composites.length,
  };
}

async function heldOut(): Promise<Composite[]> {
  const lines = (await readFile(join(SAMPLE, 'queries.tsv'), 'utf8')).trim().split('\n');
  const photos: Composite[] = [];
  for (const line of lines) {
    const [path, group] = line.split('\t') as [string, string];
    photos.push({ photo: (await decodePhoto(join(SAMPLE, path))).image, groups: [group] });
  }
  return photos;
}
