import { readFile } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { IndexedItem } from '../../core/item.ts';
import { type EvalResult, leaveOneOut } from '../eval/leave-one-out.ts';
import { createNodeHnswIndex } from '../search/hnsw-node.ts';
import { openEngine } from '../search/open-engine.ts';
import { type Command, flag, number, positionals, requiredText } from './command.ts';

export const command: Command = {
  help: `soutu eval DIR --groups groups.tsv

Searches every photo of the site or bundle in DIR against all the others (leave-one-out) and prints how
often the best hit is of the same group (top-1), the mean average precision (mAP), recall@10 of the HNSW
graph against the exact list, and milliseconds a search.

  --groups FILE    a line a photo: id, tab, group
  --ef N           width of the beam in the HNSW search (default 64)
  --json           print one object`,

  options: { groups: { type: 'string' }, ef: { type: 'string' }, json: { type: 'boolean' } },

  async run(parsed) {
    const [folder] = positionals(parsed, ['DIR']) as [string];
    const path = requiredText(parsed, 'groups', 'FILE');
    const ef = number(parsed, 'ef', { min: 1 }) ?? 64;
    const truth = await readGroups(path);
    const engine = await openEngine(folder);
    const groups = groupsOf(engine.items, truth, path);
    const { dimension } = engine.bundle.manifest.index;
    const vectors = await engine.bundle.vectors();
    const graph = await engine.bundle.graph();
    const hnsw = graph && (await createNodeHnswIndex(graph, vectors, dimension));
    const vectorOf = (row: number) => vectors.subarray(row * dimension, (row + 1) * dimension);
    const result = leaveOneOut(vectorOf, groups, engine.exact, hnsw, ef);
    hnsw?.dispose();
    await engine.dispose();
    if (flag(parsed, 'json')) console.log(JSON.stringify({ ...result, ef }));
    else console.log(describe(result, ef));
  },
};

async function readGroups(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const message = `${path}: cannot be read: ${messageOf(error)}.`;
    throw new SoutuError('CatalogueError', message, { cause: error });
  });
  const groups = new Map<string, string>();
  text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const [id, group, ...rest] = line.split('\t');
      if (!id || !group || rest.length > 0) {
        throw new SoutuError(
          'CatalogueError',
          `${path}, line ${i + 1}: expected id, tab, group; got ${JSON.stringify(line)}.`,
        );
      }
      groups.set(id, group);
    });
  return groups;
}

function groupsOf(
  items: readonly IndexedItem[],
  truth: ReadonlyMap<string, string>,
  path: string,
): (string | null)[] {
  const groups = items.map((item) => truth.get(item.id) ?? null);
  const known = groups.filter((group) => group !== null).length;
  if (known === 0) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: none of its ${truth.size} ids is in the bundle, whose first is "${items[0]?.id}".`,
    );
  }
  const missing = truth.size - known;
  if (missing > 0) console.error(`${missing} ids of ${path} are not in the bundle; left out.`);
  return groups;
}

function describe(
  { queries, answerable, top1, mAP, recall10, exactMs, hnswMs }: EvalResult,
  ef: number,
) {
  const lines = [
    `queries     ${queries} (${answerable} with another photo of their group)`,
    `top-1       ${top1.toFixed(3)}`,
    `mAP         ${mAP.toFixed(3)}`,
    `exact       ${exactMs.toFixed(2)} ms a search`,
  ];
  if (recall10 !== null && hnswMs !== null) {
    lines.push(`HNSW        ${hnswMs.toFixed(2)} ms, recall@10 ${recall10.toFixed(3)} at ef ${ef}`);
  }
  return lines.join('\n');
}
