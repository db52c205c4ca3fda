/** A catalogue of real vectors, with items that exercise filters, groups, copies and odd texts. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { halvesToFloats } from '../../../src/core/half.ts';
import { byId, type IndexedItem } from '../../../src/core/item.ts';
import { parseModelSpec } from '../../../src/core/model/spec.ts';
import { facetsOf, numericOf } from '../../../src/core/search/facets.ts';
import { centred, centreOf } from '../../../src/core/vector/centre.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { distractorsFor } from '../../../src/node/model/distractors.ts';
import { SHIPPED_MODELS } from '../../../src/node/model/model-folder.ts';
import type { ReleaseInfo, StoreRow } from '../../../src/node/stores/store.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { SHARED } from '../shared.ts';

const DIMENSION = 256;

/** Of real vectors, centred, rows × dimension; `queries` are of other photos. */
interface RealVectors {
  readonly rows: Float32Array;
  readonly queries: readonly Float32Array[];
}

/** The first of 109,000 vectors; elsewhere those of the package's 465 distractors, repeated with noise. */
async function realVectors(count: number, queries: number): Promise<RealVectors> {
  const plain = SHARED
    ? {
        rows: await readHalves(`${SHARED}/data/vectors-110k/base.f16`, count),
        queries: await readHalves(`${SHARED}/data/vectors-110k/queries.f16`, queries),
      }
    : await noisyDistractors(count, queries);
  const centre = centreOf(plain.rows, DIMENSION);
  const rows = new Float32Array(plain.rows.length);
  const rowOf = (of: Float32Array, i: number) =>
    centred(of.subarray(i * DIMENSION, (i + 1) * DIMENSION), centre);
  for (let i = 0; i < count; i++) rows.set(rowOf(plain.rows, i), i * DIMENSION);
  return { rows, queries: Array.from({ length: queries }, (_, i) => rowOf(plain.queries, i)) };
}

async function readHalves(path: string, rows: number): Promise<Float32Array> {
  const file = await open(path);
  const bytes = Buffer.alloc(rows * DIMENSION * 2);
  await file.read(bytes, 0, bytes.length, 0);
  await file.close();
  return halvesToFloats(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2));
}

async function noisyDistractors(
  count: number,
  queries: number,
): Promise<{ rows: Float32Array; queries: Float32Array }> {
  const path = join(SHIPPED_MODELS, 'vgg16-lite/model.json');
  const spec = parseModelSpec(JSON.parse(await readFile(path, 'utf8')), path);
  const found = await distractorsFor(spec);
  if (!found) throw new Error('The package has no distractors.');
  const random = seededRandom(14);
  // Without the colours, which are the last numbers.
  const noisy = (source: Float32Array, rows: number) => {
    const given = source.length / spec.dimension;
    return Float32Array.from({ length: rows * DIMENSION }, (_, i) => {
      const row = Math.floor(i / DIMENSION) % given;
      return (source[row * spec.dimension + (i % DIMENSION)] ?? 0) + (random() - 0.5) * 0.05;
    });
  };
  return { rows: noisy(found.calibration, count), queries: noisy(found.heldBack, queries) };
}

const COLOURS = ['red', 'sky blue', 'Éclair', 'a "quoted" one', "it's \\ ours", '白色'];
const TAGS = ['tea', 'Über-vase', 'gift', '50 %_off', '{braces}'];

/** Item `i` of every catalogue here. */
export function storeItem(i: number): IndexedItem {
  const number = String(i).padStart(5, '0');
  const id = i % 50 === 7 ? `${number}/ü "'\\ 🍵` : number;
  return {
    id,
    image: `photos/${number}.jpg`,
    title: `${i % 3 === 0 ? 'Vase' : 'Große Schale'} ${i}`,
    url: `https://shop.example/${number}`,
    thumb: `thumbs/${number}.jpg`,
    thumbSize: [320, 240],
    ...(i % 4 === 0 ? {} : { group: `group ${Math.floor(i / 4)}` }),
    ...(i % 100 === 99 ? { copyOf: String(i - 3).padStart(5, '0') } : {}),
    attributes: {
      colour: COLOURS[i % COLOURS.length] as string,
      tags: [TAGS[i % 5] as string, TAGS[(i + 1) % 5] as string],
      rare: i % 40 === 0,
      ...(i % 7 === 0 ? {} : { price: (i % 500) / 10 }),
      ...(i % 11 === 0 ? { 'weight (kg) "net"': i * 1e19 } : {}),
      ...(i % 13 === 0 ? { mixed: i % 2 === 0 ? i : String(i) } : {}),
    },
  };
}

export interface StoreCatalogue {
  readonly dimension: number;
  readonly rows: readonly StoreRow[];
  /** rows × dimension, in the order of `rows`. */
  readonly vectors: Float32Array;
  readonly queries: readonly Float32Array[];
  readonly info: ReleaseInfo;
}

export async function storeCatalogue(count: number, queries = 20): Promise<StoreCatalogue> {
  const real = await realVectors(count, queries);
  const items = Array.from({ length: count }, (_, i) => storeItem(i)).sort(byId);
  const rows = items.map((item, i) =>
    storeRow(item, real.rows.subarray(i * DIMENSION, (i + 1) * DIMENSION)),
  );
  return {
    dimension: DIMENSION,
    rows,
    vectors: real.rows,
    queries: real.queries,
    info: infoOf('r1', rows),
  };
}

/** What a push would store about these rows. */
export function infoOf(
  release: string,
  rows: readonly StoreRow[],
  more: Partial<ReleaseInfo> = {},
): ReleaseInfo {
  const items = rows.map(({ item }) => item);
  return {
    release,
    count: rows.length,
    dimension: rows[0]?.vector.length ?? 0,
    model: 'vgg16-lite/1',
    centre: 'none',
    manifest: '{"items":{}}',
    hasCopies: items.some(({ copyOf }) => copyOf !== undefined),
    facets: facetsOf(items),
    numeric: numericOf(items),
    ...more,
  };
}
