/** Which photos show one thing: the truth that `soutu eval` compares searches with. */
import { readFile } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { groupOf, type SearchItem } from '../../../core/item.ts';
import { foldersOf } from '../../build/calibrate/folders-of.ts';
import type { EvalRow } from '../../eval/leave-one-out.ts';
import { tell } from '../terminal.ts';

/** @throws SoutuError `CatalogueError` */
export async function readGroups(path: string): Promise<Map<string, string>> {
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
export function checkKnown(
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
export function evalRowsOf(
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

export function hasPairs(rows: readonly EvalRow[]): boolean {
  const groups = rows.flatMap(({ group }) => group ?? []);
  return new Set(groups).size < groups.length;
}

/** Without two photos of one group, the file says nothing of any search. */
export function noPairs(path: string): SoutuError {
  return new SoutuError(
    'CatalogueError',
    `${path}: no group has two photos of the bundle, so there is nothing to find. Give photos of one thing ` +
      'the same group.',
  );
}
