// biome-ignore-all lint/suspicious/noConsole: the measured figures belong in the report
/** How well the shipped model finds, measured by our own way from the file to the ranking. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FlatRetriever } from '../../src/engine/flat-retriever.ts';
import { HnswRetriever } from '../../src/engine/hnsw/hnsw-retriever.ts';
import { buildGraph } from '../../src/node/build/graph/build-graph.ts';
import { leaveOneOut } from '../../src/node/eval/leave-one-out.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { buildSite } from './command/build-site.ts';
import { tableOf } from './item-table.ts';
import { SHARED } from './shared.ts';
import { tempFolder } from './temp.ts';

/** What the shipped model must reach on a set of photos, with colours and centring as the build chooses them. */
export interface Bar {
  readonly set: string;
  readonly top1: number;
  readonly mAP: number;
}

const reason = SHARED ? '' : ' (skipped: ../shared is not here)';

export async function testSets(bars: readonly Bar[]): Promise<void> {
  const folder = await tempFolder();
  test.skipIf(!SHARED).each(bars)(
    `$set: top-1 at least $top1, mAP at least $mAP, HNSW recall@10 at least 0.99${reason}`,
    { timeout: 600_000 },
    async ({ set, top1, mAP }) => {
      const data = join(SHARED ?? '', 'data', set);
      const out = join(folder, set);
      // Sharp photos alone are asked for here.
      await buildSite(data, out, ['--bundle-only', '--no-soft', '--thumb-size', '16']);
      const engine = await openEngine(out);
      const { dimension } = engine.bundle.manifest.index;
      const vectors = await engine.bundle.vectors();
      const lines = (await readFile(join(data, 'groups.tsv'), 'utf8')).trim().split('\n');
      const truth = new Map(lines.map((line) => line.split('\t') as [string, string]));
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
}
