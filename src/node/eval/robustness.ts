/** How well photos find themselves after what happens to photos on their way to a search. */
import { join } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS, type RgbaImage } from '../../core/image/pixels.ts';
import { mean } from '../../core/search/measures.ts';
import { seededRandom, shuffled } from '../../core/vector/random.ts';
import type { SearchEngine } from '../../engine/search-engine.ts';
import { decodePhoto } from '../photos/decode.ts';
import { MODIFICATIONS, type Modification, reducedTo } from '../photos/modifications.ts';
import type { EvalRow } from './leave-one-out.ts';

export interface RobustnessOptions {
  /** Folder to which the items' images are relative; null to use the bundle's thumbnails. */
  readonly photos: string | null;
  /** Folder of the bundle, for its thumbnails. */
  readonly bundle: string;
  /** The most photos, chosen with a seed. */
  readonly sample: number;
  /** Called after each photo. */
  readonly onStep: (done: number) => void;
}

export interface RobustnessRow {
  readonly name: string;
  readonly words: string;
  /** The share of photos that find their original first. */
  readonly own: number;
  /** The share whose first other hit is of the same group; null if no group has two photos. */
  readonly same: number | null;
}

export interface Robustness {
  readonly photos: number;
  /** The photos without a modification. They do not count in the means. */
  readonly unchanged: RobustnessRow;
  readonly modifications: readonly RobustnessRow[];
  /** Over the modifications. */
  readonly mean: Pick<RobustnessRow, 'own' | 'same'>;
}

/** Photos are reduced to this before they are modified; models read fewer pixels. */
const SIDE = 640;
const SEED = 1;

const UNCHANGED: Modification = {
  name: 'unchanged',
  words: 'unchanged',
  apply: (photo) => Promise.resolve(photo),
};

/**
 * @param rows all items of the bundle with their groups
 * @throws SoutuError `PhotoError` if a photo cannot be read, with what `photos` must be
 */
export async function measureRobustness(
  engine: SearchEngine,
  rows: readonly EvalRow[],
  options: RobustnessOptions,
): Promise<Robustness> {
  const groups = new Map(rows.map(({ id, group }) => [id, group]));
  const sample = sampleOf(rows, options.sample);
  const all = [UNCHANGED, ...MODIFICATIONS];
  const results = all.map((): { own: number[]; same: number[] } => ({ own: [], same: [] }));
  for (const [i, row] of sample.entries()) {
    const photo = await readPhoto(engine, row.id, options);
    const hasOthers =
      row.group !== null && rows.some(({ id, group }) => id !== row.id && group === row.group);
    for (const [m, { apply }] of all.entries()) {
      const { hits } = await engine.search(
        { photo: await apply(photo) },
        { size: 2, minScore: -1, exact: true, foldCopies: false, fields: ['id'] },
      );
      const other = hits.find(({ id }) => id !== row.id);
      results[m]?.own.push(hits[0]?.id === row.id ? 1 : 0);
      if (hasOthers) results[m]?.same.push(other && groups.get(other.id) === row.group ? 1 : 0);
    }
    options.onStep(i + 1);
  }
  const [unchanged, ...modifications] = all.map(({ name, words }, m): RobustnessRow => {
    const { own = [], same = [] } = results[m] ?? {};
    return { name, words, own: mean(own), same: same.length > 0 ? mean(same) : null };
  }) as [RobustnessRow, ...RobustnessRow[]];
  const same = modifications.flatMap((row) => row.same ?? []);
  return {
    photos: sample.length,
    unchanged,
    modifications,
    mean: {
      own: mean(modifications.map(({ own }) => own)),
      same: same.length > 0 ? mean(same) : null,
    },
  };
}

function sampleOf(rows: readonly EvalRow[], most: number): EvalRow[] {
  const known = rows.filter(({ group }) => group !== null);
  return shuffled(known, seededRandom(SEED)).slice(0, most);
}

async function readPhoto(
  engine: SearchEngine,
  id: string,
  { photos, bundle }: RobustnessOptions,
): Promise<RgbaImage> {
  const [item] = await engine.retriever.items([id], {});
  const file = photos === null ? item?.thumb : item?.image;
  if (photos === null && file === undefined) {
    throw new SoutuError(
      'UsageError',
      `"${id}" has no thumbnail in the bundle (see soutu build --thumbs). Give the folder of the photos with --photos.`,
    );
  }
  const path = join(photos ?? bundle, file ?? '');
  const { input } = engine.bundle.manifest.model;
  try {
    const spec = photos === null ? {} : input;
    return await reducedTo((await decodePhoto(path, DEFAULT_MAX_PIXELS, spec)).image, SIDE);
  } catch (error) {
    if (photos === null || !(error instanceof SoutuError)) throw error;
    throw new SoutuError(
      'PhotoError',
      `${error.message} --photos must be the folder of photos, or that of the catalogue.json, from which the ` +
        'bundle was built.',
      { cause: error },
    );
  }
}
