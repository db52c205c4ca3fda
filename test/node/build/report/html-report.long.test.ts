/** report.html: text stays text, nothing is loaded, nothing is private, and it stays small. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'parse5';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { SimilarRow } from '../../../../src/core/bundle/similar.ts';
import type { IndexedItem } from '../../../../src/core/item.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import type { ItemOutcome } from '../../../../src/node/build/outcome.ts';
import { analyse } from '../../../../src/node/build/report/analysis.ts';
import { html, Markup } from '../../../../src/node/build/report/html/markup.ts';
import { renderReport } from '../../../../src/node/build/report/html/page.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const EVIL = `<script>alert(1)</script><img src=x onerror="alert(2)">'"&`;

test('every value of a template is text, unless it is markup', () => {
  const markup = html`<p title="${EVIL}">${[EVIL, html`<b>${1}</b>`, null]}</p>`;
  expect(markup).toBeInstanceOf(Markup);
  expect(markup.html).toBe(
    '<p title="&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&quot;&amp;">' +
      '&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&quot;&amp;<b>1</b></p>',
  );
});

/** Items in groups of three, with a vector each; those of `odd` are near another group. */
async function catalogue(count: number, odd: readonly number[] = []) {
  const random = seededRandom(3);
  const dimension = 8;
  const vectors = new Float32Array(count * dimension);
  const centres = Array.from({ length: Math.ceil(count / 3) }, () =>
    Array.from({ length: dimension }, () => random() - 0.5),
  );
  for (let row = 0; row < count; row++) {
    const group = (Math.floor(row / 3) + (odd.includes(row) ? 1 : 0)) % centres.length;
    const vector = (centres[group] ?? []).map((x) => x + 0.02 * random());
    const length = Math.hypot(...vector);
    vectors.set(
      vector.map((x) => x / length),
      row * dimension,
    );
  }
  const items = Array.from({ length: count }, (_, row): IndexedItem => {
    const id = `item-${String(row).padStart(5, '0')}`;
    const thumb = `thumbs/${row % 200}.webp`;
    return {
      id,
      image: `${id}.jpg`,
      group: `group ${Math.floor(row / 3)}`,
      title: `${EVIL} ${row}`,
      thumb,
    };
  });
  const similar = items.map((_, row): SimilarRow[] => {
    const scores = Array.from({ length: Math.min(count, 300) }, (_, other) => {
      let score = 0;
      for (let d = 0; d < dimension; d++) {
        score += (vectors[row * dimension + d] ?? 0) * (vectors[other * dimension + d] ?? 0);
      }
      return { row: other, score };
    });
    const others = scores.filter((one) => items[one.row]?.group !== items[row]?.group);
    return others.sort((a, b) => b.score - a.score).slice(0, 5);
  });
  return { items, vectors, dimension, similar };
}

async function thumbs(count: number) {
  const folder = join(root, 'thumbs');
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const random = seededRandom(i + 1);
    const data = Uint8Array.from({ length: 60 * 60 * 3 }, () => 256 * random());
    const small = sharp(data, { raw: { width: 60, height: 60, channels: 3 } });
    // Blurred noise compresses about as photos do.
    await writeFile(join(folder, `${i}.webp`), await small.resize(320).blur(4).webp().toBuffer());
  }
}

const HEAD = { built: '2026-11-27T03:00:12.000Z', seconds: 12.34 };
const THRESHOLDS = { match: 0.8, related: 0.4 };

describe('analysis', () => {
  test('finds the group with a photo of another one, and nothing where groups agree', async () => {
    const agreeing = analyse(await catalogue(30));
    expect(agreeing.oddGroups).toEqual([]);
    expect(agreeing.own).toHaveLength(30);
    expect(Math.min(...agreeing.own)).toBeGreaterThan(0.9);
    const { oddGroups, oddGroupCount, queries } = analyse(await catalogue(30, [7]));
    // The photos of the other group may be nearer to it than to each other.
    expect([1, 2]).toContain(oddGroupCount);
    expect(oddGroups[0]?.name).toBe('group 2');
    expect(oddGroups[0]?.odd.map(({ item }) => item.id)).toEqual(['item-00007']);
    expect(['item-00009', 'item-00010', 'item-00011']).toContain(
      oddGroups[0]?.odd[0]?.nearest.item.id,
    );
    expect(queries).toHaveLength(6);
    for (const { item, hits } of queries) expect(hits.map((hit) => hit.item)).not.toContain(item);
  });
});

describe('the page', () => {
  test('of 10,000 items with many failures has less than 1 MB, no script and a strict policy', async () => {
    await thumbs(200);
    const all = await catalogue(10_000, [4, 40, 400]);
    const outcomes = all.items.map(({ id }, row): ItemOutcome => {
      const failed = row % 20 === 0;
      const reason = `${EVIL}: status ${row}`;
      return failed
        ? { id, path: `${id}.jpg`, status: 'failed', reason }
        : { id, path: `${id}.jpg`, status: 'ok', ...(row % 50 === 1 ? { damage: 'cut' } : {}) };
    });
    const copies = Array.from({ length: 300 }, (_, i) => [
      `item-${String(i * 30).padStart(5, '0')}`,
      `item-${String(i * 30 + 7).padStart(5, '0')}`,
    ]);
    const page = await renderReport({
      title: EVIL,
      head: { ...HEAD, copies },
      outcomes,
      release: { items: all.items, analysis: analyse(all), thresholds: THRESHOLDS, model: 'm' },
      before: [],
      folder: root,
    });
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
    expect(page.match(/<img src="data:image\/webp/g)?.length).toBeGreaterThan(150);
    expect(page).not.toMatch(/<script|<img src=x|javascript:|https?:\/\//);
    expect(page).not.toContain(root);
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(page).not.toContain(' style=');
    const errors: string[] = [];
    parse(page, { onParseError: ({ code }) => errors.push(code) });
    expect(errors).toEqual([]);
    for (const words of ['500', 'Failed', 'Damaged', 'Copies of one picture', 'match 0.80']) {
      expect(page).toContain(words);
    }
  });

  test('of a build that published nothing says so, with the pictures of the previous release', async () => {
    await thumbs(2);
    const before = [{ id: 'b', image: 'b.jpg', thumb: 'thumbs/1.webp' }];
    const outcomes: ItemOutcome[] = [
      { id: 'a', path: 'a.jpg', status: 'ok' },
      { id: 'b', path: 'b.jpg', status: 'failed', reason: 'no such file. Check the path.' },
    ];
    const problem = 'Too many photos failed.';
    const page = await renderReport({
      ...{ title: 'Vases', head: { ...HEAD, problem }, outcomes, release: null, before },
      folder: root,
    });
    expect(page).toContain('Too many photos failed. Nothing was published');
    expect(page).toContain('No such file. Check the path.');
    expect(page.match(/<img /g)).toHaveLength(1);
    expect(page).not.toContain('id="scores"');
  });
});
