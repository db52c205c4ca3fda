/** `catalogue.json`: a list of items, or an object with `items` and the page's texts; images relative to the file. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describe } from '../../core/describe.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { type Item, parseItem } from '../../core/item.ts';
import type { Catalogue } from './entry.ts';
import { readPageTexts } from './page-texts.ts';

/** @throws SoutuError `CatalogueError` that names the row */
export async function readTable(path: string): Promise<Catalogue> {
  let raw: unknown;
  try {
    raw = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
  } catch (error) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: expected a folder of photos or a catalogue in JSON; reading it failed: ` +
        `${messageOf(error)}.`,
      { cause: error },
    );
  }
  const fields = (Array.isArray(raw) ? { items: raw } : (raw ?? {})) as Record<string, unknown>;
  const { items: rows } = fields;
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: expected a list of items, or an object with a list "items"; got ${describe(raw)}.`,
    );
  }
  const warnings: string[] = [];
  const byId = new Map<string, Item>();
  rows.forEach((row, i) => {
    const item = parseItem(row, `${path}, item ${i + 1}`);
    if (/^[a-z][a-z0-9+.-]+:/i.test(item.image)) {
      throw new SoutuError(
        'CatalogueError',
        `${path}, item ${i + 1}: "image" must be a path relative to the catalogue, got ` +
          `${describe(item.image)}. Photos at URLs cannot be read yet: download them first.`,
      );
    }
    if (byId.has(item.id)) {
      warnings.push(`${path}, item ${i + 1}: id "${item.id}" again; it replaces the earlier one.`);
    }
    byId.set(item.id, item);
  });
  const entries = [...byId.values()].map((item) => ({
    item,
    path: resolve(dirname(path), item.image),
  }));
  const minScore = fields.minScore ?? null;
  if (minScore !== null && !(typeof minScore === 'number' && minScore >= -1 && minScore <= 1)) {
    throw new SoutuError(
      'CatalogueError',
      `${path}: "minScore" must be a cosine from -1 to 1, got ${describe(minScore)}.`,
    );
  }
  return { page: readPageTexts(fields, path), minScore, entries, warnings };
}
