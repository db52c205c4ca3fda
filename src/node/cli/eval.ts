import { readFile } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { groupOf, type SearchItem } from '../../core/item.ts';
import { createItemTable } from '../../core/search/item-table.ts';
import { BundleRetriever, FLAT_UP_TO } from '../../engine/bundle-retriever.ts';
import { FlatRetriever, ScanRetriever } from '../../engine/flat-retriever.ts';
import { HnswRetriever } from '../../engine/hnsw/hnsw-retriever.ts';
import { foldersOf } from '../build/calibrate/folders-of.ts';
import { type CodesRecall, codesRecall } from '../eval/codes-recall.ts';
import { type EvalResult, type EvalRow, leaveOneOut } from '../eval/leave-one-out.ts';
import { openEngine } from '../search/open-engine.ts';
import { type Command, flag, number, positionals, text } from './command.ts';
import { archivedVectors, averagedOf } from './eval/averaged.ts';
import { bandLines, bandsOf } from './eval/bands.ts';
import { DEFAULT_SAMPLE, robustLines, robustnessOf } from './eval/robust.ts';
import { print, printJson, tell } from './terminal.ts';

export const command: Command = {
  help: `soutu eval DIR

Searches with every photo of the site or bundle in DIR among all others (leave-one-out). Prints how often the
best hit belongs to the same group (top-1), the mean average precision (mAP), and the milliseconds per search.
For an index of codes: recall@1, @10 and @50 against the exact vectors of the archive. For one with an HNSW graph:
recall@10 compared with the flat scan. Then the two thresholds, and how often "match" is
right: for photos whose thing is there, for photos whose thing was removed, and for photos of other things that
come with the model and were not used to compute the thresholds.

  --groups FILE    one line per photo: id, tab, group (default: the groups of the catalogue; if no group has two
                   photos, the folders of the photos)
  --ef N           beam width of the HNSW search (default 64)
  --robust         instead: modify photos as screenshots, borders, crops, tilts, light and poor copies do, and print
                   for each modification the share that finds its original first ("itself"), and the share whose
                   first other hit has the same group ("same thing")
  --photos FOLDER  with --robust: the folder of photos, or that of the catalogue.json, from which DIR was built
                   (default: the thumbnails in DIR)
  --sample N       with --robust: at most N photos (default ${DEFAULT_SAMPLE})
  --json           print one object; "unknown" is the number of ids of FILE that are not in the bundle`,

  options: {
    groups: { type: 'string' },
    ef: { type: 'string' },
    robust: { type: 'boolean' },
    photos: { type: 'string' },
    sample: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const [folder] = positionals(parsed, ['DIR']) as [string];
    const path = text(parsed, 'groups');
    const photos = text(parsed, 'photos') ?? null;
    const sample = number(parsed, 'sample', { min: 1 });
    const isRobust = flag(parsed, 'robust');
    if (!isRobust && (photos !== null || sample !== undefined)) {
      throw new SoutuError('UsageError', '--photos and --sample need --robust.');
    }
    const ef = number(parsed, 'ef', { min: 1 }) ?? 64;
    const truth = path === undefined ? null : await readGroups(path);
    const engine = await openEngine(folder);
    const items = await engine.bundle.columns();
    const { rows, from } = rowsOf(items, truth);
    if (from === 'folders') {
      tell('No group has two photos, so photos of one folder count as photos of one thing.');
    }
    const unknown = truth ? checkKnown(truth, rows, path ?? '') : 0;
    if (isRobust) {
      const wanted = { photos, sample: sample ?? DEFAULT_SAMPLE };
      const robust = await robustnessOf(engine, folder, rows, wanted);
      await engine.dispose();
      if (flag(parsed, 'json')) printJson({ robust, unknown });
      else print(...robustLines(robust, photos));
      return;
    }
    checkPairs(rows, path, folder);
    const { dimension } = engine.retriever;
    const table = createItemTable(items, (of) => engine.bundle.details.of(of));
    const { bundle } = engine;
    const averaged = await averagedOf(bundle);
    const hasCodes = bundle.manifest.index.type === 'codes';
    const exact = hasCodes ? await archivedVectors(bundle) : null;
    const { retriever } = engine;
    const scan = retriever instanceof BundleRetriever ? retriever.flat : retriever;
    const flat =
      hasCodes && !averaged
        ? scan
        : new FlatRetriever(averaged?.vectors ?? (await bundle.vectors()), dimension, table);
    const codes = exact
      ? await codesRecall(
          rows.map(({ id }) => id),
          averaged?.vectors ?? exact,
          exact,
          scan,
        )
      : null;
    const graph = await engine.bundle.graph();
    const hnsw = graph && flat instanceof ScanRetriever ? new HnswRetriever(flat, graph) : null;
    const result = await leaveOneOut(rows, flat, hnsw, ef, averaged, exact);
    const bands = await bandsOf(engine, rows, averaged, exact);
    await engine.dispose();
    if (flag(parsed, 'json'))
      printJson({ ...result, ...(codes && { codes }), groupsFrom: from, ef, unknown, bands });
    else print(...describe(result, ef, codes), ...bandLines(bands));
  },
};

async function readGroups(path: string): Promise<Map<string, string>> {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    const message = `${path}: cannot be read: ${messageOf(error)}.`;
    throw new SoutuError('CatalogueError', message, { cause: error });
  });
  const groups = new Map<string, string>();
  content
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

/** @returns how many ids of the file are not in the bundle */
function checkKnown(
  truth: ReadonlyMap<string, string>,
  rows: readonly EvalRow[],
  path: string,
): number {
  const known = rows.filter(({ group }) => group !== null).length;
  if (known === 0) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: none of its ${truth.size} ids is in the bundle, whose first is "${rows[0]?.id}".`,
    );
  }
  const unknown = truth.size - known;
  if (unknown === 1) tell(`1 id of ${path} is not in the bundle and is ignored.`);
  if (unknown > 1) tell(`${unknown} ids of ${path} are not in the bundle and are ignored.`);
  return unknown;
}

/** Photos of one group show one thing: by the file, by the catalogue's groups, or else by its folders. */
function rowsOf(
  items: readonly SearchItem[],
  truth: ReadonlyMap<string, string> | null,
): { rows: EvalRow[]; from: 'file' | 'groups' | 'folders' } {
  const rowsBy = (groups: readonly (string | null)[]): EvalRow[] =>
    items.map(({ id }, row) => ({ id, group: groups[row] ?? null }));
  if (truth) return { rows: rowsBy(items.map(({ id }) => truth.get(id) ?? null)), from: 'file' };
  const own = rowsBy(items.map(groupOf));
  const folders = hasPairs(own) ? null : foldersOf(items);
  return folders ? { rows: rowsBy(folders), from: 'folders' } : { rows: own, from: 'groups' };
}

function hasPairs(rows: readonly EvalRow[]): boolean {
  const groups = rows.flatMap(({ group }) => group ?? []);
  return new Set(groups).size < groups.length;
}

/** Without two photos of one group, no search has a right answer. */
function checkPairs(rows: readonly EvalRow[], path: string | undefined, folder: string): void {
  if (hasPairs(rows)) return;
  throw new SoutuError(
    'CatalogueError',
    path === undefined
      ? `${folder}: no group and no folder has two photos, so there is nothing to find. Give the items of ` +
          'the catalogue a "group" and build it again, or pass --groups FILE.'
      : `${path}: no group has two photos of the bundle, so there is nothing to find. Give photos of one thing ` +
          'the same group.',
  );
}

function describe(
  { queries, answerable, top1, mAP, recall10, flatMs, hnswMs }: EvalResult,
  ef: number,
  codes: CodesRecall | null,
) {
  const lines = [
    `queries     ${queries} (${answerable} with another photo of their group)`,
    `top-1       ${top1.toFixed(3)}`,
    `mAP         ${mAP.toFixed(3)}`,
    `flat scan   ${flatMs.toFixed(2)} ms per search`,
  ];
  if (recall10 !== null && hnswMs !== null) {
    lines.push(
      `HNSW        ${hnswMs.toFixed(2)} ms per search, recall@10 ${recall10.toFixed(3)} at ef ${ef}`,
    );
  } else if (codes) {
    const { recall1, recall10: ten, recall50 } = codes;
    lines.push(
      `codes       recall@1 ${recall1.toFixed(3)}, recall@10 ${ten.toFixed(3)}, recall@50 ${recall50.toFixed(3)} of what ` +
        'the vectors find',
    );
  } else {
    lines.push(`HNSW        no graph: up to ${FLAT_UP_TO} photos the flat scan is fast enough`);
  }
  return lines;
}
