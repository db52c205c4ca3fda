import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { catalogueJson, planSittings, queriesTsv, type Shot } from './catalogue.ts';
import { PIECES, type SampleOptions } from './options.ts';
import { type Picture, renderPot } from './render.ts';
import { Pot } from './skin.ts';

export const SIDE = 320;
/** About 7.5 kB per photo: the 392 photos and the files that list them must stay under 3.2 MB. */
const QUALITY = 82;

export interface Written {
  readonly pieces: number;
  readonly pictures: number;
  readonly bytes: number;
}

/** Renders and writes the whole folder; `progress` is called for every piece. */
export async function writeSample(
  { out, seed, only }: SampleOptions,
  progress: (done: number, total: number, id: string) => void,
): Promise<Written> {
  const sittings = planSittings(seed, PIECES, only);
  await mkdir(join(out, 'photos'), { recursive: true });
  await mkdir(join(out, 'queries'), { recursive: true });
  let bytes = 0;
  const save = async (path: string, content: string | Uint8Array): Promise<void> => {
    bytes += Buffer.byteLength(content);
    await writeFile(join(out, path), content);
  };
  let done = 0;
  for (const { piece, photos, query } of sittings) {
    const pot = new Pot(piece);
    for (const { path, view } of [...photos, query]) {
      await save(path, await encode(renderPot(pot, view, SIDE)));
    }
    progress(++done, sittings.length, piece.id);
  }
  await save('catalogue.json', catalogueJson(sittings));
  await save('queries.tsv', queriesTsv(sittings));
  const shots = sittings.flatMap(({ photos, query }) => [...photos, query]);
  await sweep(out, shots);
  return { pieces: sittings.length, pictures: shots.length, bytes };
}

export function encode({ data, size }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .jpeg({ quality: QUALITY, mozjpeg: true })
    .toBuffer();
}

/** Deletes photos of earlier runs: only files that match this program's naming scheme. */
async function sweep(out: string, shots: readonly Shot[]): Promise<void> {
  const kept = new Set(shots.map((shot) => shot.path));
  for (const folder of ['photos', 'queries']) {
    for (const name of await readdir(join(out, folder))) {
      if (!/^[a-z]+-\d{3}(-\d)?\.jpg$/.test(name) || kept.has(`${folder}/${name}`)) continue;
      await rm(join(out, folder, name));
    }
  }
}
