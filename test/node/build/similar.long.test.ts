/** Similar items at build time: the search by id, which knows nothing of them, is the oracle. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { similarRows } from '../../../src/core/bundle/similar.ts';
import { asStored } from '../../../src/core/bundle/vectors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { buildGraph } from '../../../src/node/build/graph/build-graph.ts';
import { findSimilar } from '../../../src/node/build/similar-items.ts';
import { openEngine } from '../../../src/node/search/open-engine.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';
import { clusteredVectors } from '../../support/vectors.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const bundle = join(root, 'bundle');
const build = (...more: string[]) =>
  soutu('build', join(photos, 'catalogue.json'), '--out', bundle, '--bundle-only', ...more);
const readJson = async () => JSON.parse(await readFile(join(bundle, 'similar.json'), 'utf8'));

beforeAll(async () => {
  const names = Array.from({ length: 9 }, (_, i) => `${i}.jpg`);
  await writePhotos(photos, Object.fromEntries(names.map((name, i) => [name, i + 1])));
  const items = names.map((image, i) => ({
    id: `item-${i}`,
    image,
    group: `g${i % 4}`,
    title: `Item ${i}`,
    url: `/item/${i}`,
    attributes: { price: i },
  }));
  await writeFile(join(photos, 'catalogue.json'), JSON.stringify(items));
});

describe('soutu build --similar', () => {
  test('writes what a search by id finds: best first, one per group, not its own', async () => {
    const { code } = await build('--similar', '2');
    expect(code).toBe(0);
    const { format, version, items, similar } = await readJson();
    expect({ format, version }).toEqual({ format: 'soutu-similar', version: 1 });
    expect(Object.keys(items)).toEqual(Object.keys(similar));
    expect(items['item-3']).toMatchObject({
      title: 'Item 3',
      url: '/item/3',
      group: 'g3',
      attributes: { price: 3 },
      thumb: expect.stringMatching(/^thumbs\/[0-9a-f]{16}\.webp$/),
    });
    const engine = await openEngine(bundle);
    const { items: manifestItems } = engine.bundle.manifest;
    const columns = await engine.bundle.columns();
    for (const [id, list] of Object.entries<{ id: string; score: number }[]>(similar)) {
      const options = { group: true, minScore: -1, size: 12 } as const;
      const { hits } = await engine.search({ id }, options);
      expect(hits).toHaveLength(3);
      expect(list.map((one) => one.id)).toEqual(hits.slice(0, 2).map((hit) => hit.id));
      expect(list[0]?.score).toBeCloseTo(hits[0]?.score ?? 0, 4);
      // The bundle has all of them, whatever the file has.
      if (!manifestItems.similar) return expect.unreachable('the bundle has no similar items');
      const rows = await similarRows(manifestItems.similar, id, engine.bundle.count, ({ file }) =>
        readFile(join(bundle, file)),
      );
      expect(rows?.map((row) => columns[row]?.id)).toEqual(hits.map((hit) => hit.id));
    }
    await engine.dispose();
  });

  test('is the same to the byte when repeated; without the option, the file goes', async () => {
    const before = await readFile(join(bundle, 'similar.json'), 'utf8');
    await build('--similar', '2');
    expect(await readFile(join(bundle, 'similar.json'), 'utf8')).toBe(before);
    expect((await build()).code).toBe(0);
    await expect(readJson()).rejects.toThrow('ENOENT');
  });

  test("never replaces or deletes the owner's file of that name", async () => {
    await writeFile(join(bundle, 'similar.json'), '{"mine": true}');
    const refused = await build('--similar', '3');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'similar.json: there already, and not made by Soutu; it is not overwritten.',
    );
    expect((await build()).code).toBe(0);
    expect(await readJson()).toEqual({ mine: true });
  });

  test.each(['0', '101', 'x'])('refuses %s', async (value) => {
    const { code, stderr } = await build('--similar', value);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/--similar.*(1|100)/);
  });
});

test('with a graph, nearly all are those of the scan', async () => {
  const [count, dimension] = [1500, 24];
  const vectors = asStored(clusteredVectors(count, dimension, 60, 7), dimension);
  const items = Array.from(
    { length: count },
    (_, i): IndexedItem => ({
      id: String(i).padStart(5, '0'),
      image: `${i}.jpg`,
      group: `g${i % 500}`,
    }),
  );
  const graph = await buildGraph(vectors, dimension);
  const exact = await findSimilar(items, vectors, dimension, null, 12);
  const walked = await findSimilar(items, vectors, dimension, graph, 12);
  const found = walked.map((list, row) => {
    const rows = new Set(exact[row]?.map((one) => one.row));
    expect(list).toHaveLength(12);
    expect(new Set(list.map((one) => items[one.row]?.group)).size).toBe(12);
    expect(list.some((one) => items[one.row]?.group === items[row]?.group)).toBe(false);
    return list.filter((one) => rows.has(one.row)).length / 12;
  });
  expect(found.reduce((sum, share) => sum + share, 0) / count).toBeGreaterThan(0.95);
});
