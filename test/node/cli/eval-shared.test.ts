// biome-ignore-all lint/suspicious/noConsole: the measured figures belong in the report
/** How well the shipped model finds, measured by our own way from the file to the ranking. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

/** What the shipped model must reach, with colours and centring as the build chooses them. */
const BARS = [
  { set: 'produce', top1: 0.58, mAP: 0.38 },
  { set: 'shop', top1: 0.96, mAP: 0.54 },
  { set: 'objects', top1: 0.81, mAP: 0.61 },
] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soutu-eval-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(!isThere).each(BARS)(
  `$set: top-1 at least $top1, mAP at least $mAP, HNSW recall@10 at least 0.99${reason}`,
  { timeout: 600_000 },
  async ({ set, top1, mAP }) => {
    const out = join(folder, set);
    // Sharp photos alone are asked for here.
    await buildSite(join(DATA, set), out, ['--bundle-only', '--no-soft', '--thumb-size', '16']);
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

    const flat = new FlatRetriever(vectors, dimension, tableOf(items));
    const hnsw = new HnswRetriever(flat, await buildGraph(vectors, dimension));
    const got = await leaveOneOut(photos, flat, hnsw, 64);
    console.info(
      `${set}: top-1 ${got.top1.toFixed(3)}, mAP ${got.mAP.toFixed(3)}, ` +
        `HNSW recall@10 ${got.recall10?.toFixed(4)} at ef 64`,
    );
    expect(got.top1).toBeGreaterThanOrEqual(top1);
    expect(got.mAP).toBeGreaterThanOrEqual(mAP);
    expect(got.recall10).toBeGreaterThanOrEqual(0.99);
  },
);
