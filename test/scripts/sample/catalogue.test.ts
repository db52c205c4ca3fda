import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { catalogueJson, planSittings, queriesTsv } from '../../../scripts/sample/catalogue.ts';
import { PIECES } from '../../../scripts/sample/options.ts';
import { renderPot } from '../../../scripts/sample/render.ts';
import { Pot } from '../../../scripts/sample/skin.ts';
import { SIDE } from '../../../scripts/sample/write.ts';
import { parseItem } from '../../../src/core/item.ts';

const FOLDER = join(import.meta.dirname, '../../../public/sample');
const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8');

const catalogue = JSON.parse(read('catalogue.json')) as Record<string, unknown> & {
  items: unknown[];
  queries: { image: string; title: string }[];
};
const items = catalogue.items.map((row, i) => parseItem(row, `catalogue.json, item ${i}`));
const queries = read('queries.tsv')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [path: string, group: string]);
const pictures = [...items.map(({ image }) => image), ...queries.map(([path]) => path)];

describe('the committed sample', () => {
  it('lists 98 pieces with three photos each, sorted, no id twice', () => {
    const ids = items.map(({ id }) => id);
    expect(ids).toHaveLength(294);
    expect(new Set(ids).size).toBe(294);
    expect(ids).toEqual([...ids].sort());
    const counts = new Map<string, number>();
    for (const { group = '' } of items) counts.set(group, (counts.get(group) ?? 0) + 1);
    expect(counts.size).toBe(98);
    expect([...counts.values()].every((count) => count === 3)).toBe(true);
  });

  it('gives every item what the shop shows and filters by', () => {
    for (const { title, url, group, attributes } of items) {
      expect(title).toMatch(/^[A-Z][a-z -]+(, [a-z ]+)?$/);
      expect(url).toBe(`#${group}`);
      const size = attributes?.kind === 'plate' ? ['width (cm)'] : ['height (cm)', 'volume (ml)'];
      const told = ['kind', 'glaze', 'colour', 'finish', ...size, 'price', 'currency'];
      expect(Object.keys(attributes ?? {})).toEqual(told);
      expect(typeof attributes?.price).toBe('number');
    }
  });

  it('has facets of a few short values, in balance', () => {
    const counts = (name: string) => {
      const found = new Map<string, number>();
      for (const { attributes } of items) {
        const value = String(attributes?.[name]);
        found.set(value, (found.get(value) ?? 0) + 1 / 3);
      }
      return [...found.values()].map(Math.round).sort((a, b) => a - b);
    };
    expect(counts('kind')).toEqual([14, 14, 14, 14, 14, 14, 14]);
    expect(counts('colour').length).toBeLessThan(12);
    expect(counts('finish')).toHaveLength(8);
    expect(counts('finish')[0]).toBeGreaterThan(3);
  });

  it('offers a held-out photo of each kind to try it with', () => {
    expect(catalogue.queries.length).toBeGreaterThan(5);
    const kinds = catalogue.queries.map(({ image }) => /queries\/(\w+)-/.exec(image)?.[1]);
    expect(new Set(kinds).size).toBe(7);
    for (const { image, title } of catalogue.queries) {
      const group = queries.find(([path]) => path === image)?.[1];
      expect(items.find((item) => item.group === group)?.title).toBe(title);
    }
  });

  it('takes every query at a place where the shop took a photo, too, but from another side', () => {
    for (const { photos, query } of planSittings(1, PIECES, PIECES)) {
      const places = photos.map(({ view }) => view.backdrop.name);
      expect(places).toContain(query.view.backdrop.name);
      for (const { view } of photos) {
        expect(Math.abs(view.azimuth - query.view.azimuth)).toBeGreaterThan(0.03);
      }
    }
  });

  it('holds out one query of each piece', () => {
    expect(queries.map(([, group]) => group)).toEqual([
      ...new Set(items.map(({ group }) => group)),
    ]);
    for (const [path, group] of queries) expect(path).toBe(`queries/${group}.jpg`);
  });

  it('has every picture at 320 × 320, no other, and stays under 3.2 MB', async () => {
    const found = ['photos', 'queries'].flatMap((folder) =>
      readdirSync(join(FOLDER, folder)).map((name) => `${folder}/${name}`),
    );
    expect(found.sort()).toEqual([...pictures].sort());
    for (const path of pictures) {
      const { width, height, format } = await sharp(join(FOLDER, path)).metadata();
      expect([path, width, height, format]).toEqual([path, SIDE, SIDE, 'jpeg']);
    }
    const files = [...pictures, 'catalogue.json', 'queries.tsv'];
    const bytes = files.reduce((sum, path) => sum + statSync(join(FOLDER, path)).size, 0);
    expect(bytes).toBeLessThan(3.2e6);
  });

  it('is what the program writes today', async () => {
    const sittings = planSittings(1, PIECES, PIECES);
    expect(read('catalogue.json')).toBe(catalogueJson(sittings));
    expect(read('queries.tsv')).toBe(queriesTsv(sittings));
    const last = sittings.at(-1);
    if (!last) throw new Error('Expected sittings, got none.');
    const { data } = renderPot(new Pot(last.piece), last.query.view, SIDE);
    const committed = await sharp(join(FOLDER, last.query.path)).raw().toBuffer();
    expect(committed).toHaveLength(data.length);
    // JPEG alone costs about one step of 255; another view or glaze costs ten and more.
    const off = data.reduce((sum, value, i) => sum + Math.abs(value - (committed[i] as number)), 0);
    expect(off / data.length).toBeLessThan(3);
  });
});
