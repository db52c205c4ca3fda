// biome-ignore-all lint/suspicious/noConsole: the measured figures belong in the report
/** The model's card, measured again by our own way from the file to the ranking. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { centred, centreOf } from '../../../src/core/vector/centre.ts';
import { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
import { HnswRetriever } from '../../../src/engine/hnsw/hnsw-retriever.ts';
import { buildGraph } from '../../../src/node/build/graph/build-graph.ts';
import { leaveOneOut } from '../../../src/node/eval/leave-one-out.ts';
import { openEngine } from '../../../src/node/search/open-engine.ts';
import { buildSite } from '../../support/build-site.ts';
import { tableOf } from '../../support/item-table.ts';

const DATA = resolve('../shared/data');
const isThere = existsSync(DATA);
const reason = isThere ? '' : ' (skipped: ../shared is not here)';

/** Top-1 of the card: plain cosine, centred. */
const CARD = [
  { set: 'produce', plain: 0.48, centred: 0.492 },
  { set: 'shop', plain: 0.956, centred: 0.963 },
] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soutu-eval-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(!isThere).each(CARD)(
  `$set: top-1 at least the card's less one point, HNSW recall@10 at least 0.99${reason}`,
  { timeout: 300_000 },
  async ({ set, plain, centred: centredCard }) => {
    const out = join(folder, set);
    await buildSite(join(DATA, set), out, ['--bundle-only', '--no-centre', '--thumb-size', '16']);
    const engine = await openEngine(out);
    const { dimension } = engine.bundle.manifest.index;
    const vectors = await engine.bundle.vectors();
    const truth = new Map(
      (await readFile(join(DATA, set, 'groups.tsv'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split('\t') as [string, string]),
    );
    const items = await engine.bundle.items();
    const photos = items.map(({ id }) => ({ id, group: truth.get(id) ?? null }));
    await engine.dispose();
    expect(photos.filter(({ group }) => group === null)).toEqual([]);

    const centre = centreOf(vectors, dimension);
    const moved = new Float32Array(vectors.length);
    photos.forEach((_, row) => {
      const at = row * dimension;
      moved.set(centred(vectors.subarray(at, at + dimension), centre), at);
    });
    for (const [name, rows, card] of [
      ['plain', vectors, plain],
      ['centred', moved, centredCard],
    ] as const) {
      const flat = new FlatRetriever(rows, dimension, tableOf(items));
      const hnsw = new HnswRetriever(flat, await buildGraph(rows, dimension));
      const { top1, mAP, recall10 } = await leaveOneOut(photos, flat, hnsw, 64);
      console.info(
        `${set}, ${name}: top-1 ${top1.toFixed(3)} (card ${card}), mAP ${mAP.toFixed(3)}, ` +
          `HNSW recall@10 ${recall10?.toFixed(4)} at ef 64`,
      );
      expect(top1).toBeGreaterThanOrEqual(card - 0.01);
      expect(recall10).toBeGreaterThanOrEqual(0.99);
    }
  },
);
