import { readFile } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { SearchItem } from '../../core/item.ts';
import { createItemTable } from '../../core/search/item-table.ts';
import { FlatRetriever } from '../../engine/flat-retriever.ts';
import { HnswRetriever } from '../../engine/hnsw/hnsw-retriever.ts';
import { type EvalResult, type EvalRow, leaveOneOut } from '../eval/leave-one-out.ts';
import { openEngine } from '../search/open-engine.ts';
import { type Command, flag, number, positionals, requiredText } from './command.ts';
import { print, printJson, tell } from './terminal.ts';

export const command: Command = {
  help: `soutu eval DIR --groups groups.tsv

Searches with every photo of the site or bundle in DIR among all others (leave-one-out). Prints how often the
best hit belongs to the same group (top-1), the mean average precision (mAP), recall@10 of the HNSW graph
compared with the flat scan, and the milliseconds per search.

  --groups FILE    one line per photo: id, tab, group
  --ef N           beam width of the HNSW search (default 64)
  --json           print one object`,

  options: { groups: { type: 'string' }, ef: { type: 'string' }, json: { type: 'boolean' } },

  async run(parsed) {
    const [folder] = positionals(parsed, ['DIR']) as [string];
    const path = requiredText(parsed, 'groups', 'FILE');
    const ef = number(parsed, 'ef', { min: 1 }) ?? 64;
    const truth = await readGroups(path);
    const engine = await openEngine(folder);
    const rows = rowsOf(engine.items, truth, path);
    const { dimension } = engine.retriever;
    const table = createItemTable(engine.items, (of) => engine.bundle.details.of(of));
    const flat = new FlatRetriever(await engine.bundle.vectors(), dimension, table);
    const graph = await engine.bundle.graph();
    const hnsw = graph && new HnswRetriever(flat, graph);
    const result = await leaveOneOut(rows, flat, hnsw, ef);
    await engine.dispose();
    if (flag(parsed, 'json')) printJson({ ...result, ef });
    else print(describe(result, ef));
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

function rowsOf(
  items: readonly SearchItem[],
  truth: ReadonlyMap<string, string>,
  path: string,
): EvalRow[] {
  const rows = items.map(({ id }) => ({ id, group: truth.get(id) ?? null }));
  const known = rows.filter(({ group }) => group !== null).length;
  if (known === 0) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: none of its ${truth.size} ids is in the bundle, whose first is "${items[0]?.id}".`,
    );
  }
  const missing = truth.size - known;
  if (missing > 0) tell(`${missing} ids of ${path} are not in the bundle and are ignored.`);
  return rows;
}

function describe(
  { queries, answerable, top1, mAP, recall10, flatMs, hnswMs }: EvalResult,
  ef: number,
) {
  const lines = [
    `queries     ${queries} (${answerable} with another photo of their group)`,
    `top-1       ${top1.toFixed(3)}`,
    `mAP         ${mAP.toFixed(3)}`,
    `flat        ${flatMs.toFixed(2)} ms a search`,
  ];
  if (recall10 !== null && hnswMs !== null) {
    lines.push(`HNSW        ${hnswMs.toFixed(2)} ms, recall@10 ${recall10.toFixed(3)} at ef ${ef}`);
  }
  return lines.join('\n');
}
