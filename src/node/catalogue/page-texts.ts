/** The fields of a catalogue that describe its page: all optional, next to `items`. */
import { dirname, resolve } from 'node:path';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { isLanguage } from './language.ts';

/** A sample query: a photo that the page offers to visitors who have none at hand. */
export interface QueryPhoto {
  /** Absolute path. */
  readonly path: string;
  /** What it shows: its text alternative. */
  readonly title: string;
}

/** One list of items for each value of an attribute. */
export interface Browse {
  readonly by: string;
  /** Headings instead of the values; the lists have this order. */
  readonly names: ReadonlyMap<string, string>;
}

export interface PageTexts {
  readonly title: string | null;
  /** A sentence below the title. */
  readonly subtitle: string | null;
  /** A small line at the end of the page. */
  readonly note: string | null;
  /** BCP 47; null for English. */
  readonly lang: string | null;
  /** How the page lists all items; null for no list. */
  readonly browse: Browse | null;
  readonly queries: readonly QueryPhoto[];
}

export const NO_TEXTS: PageTexts = {
  title: null,
  subtitle: null,
  note: null,
  lang: null,
  browse: null,
  queries: [],
};

/** More would be a catalogue of its own. */
const MAX_QUERIES = 12;

/**
 * @param raw the catalogue's object
 * @param path the catalogue's file: the queries' images are relative to it
 * @throws SoutuError `CatalogueError` that names the field
 */
export function readPageTexts(raw: Readonly<Record<string, unknown>>, path: string): PageTexts {
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${path}: ${what}`);
  };
  const text = (key: string): string | null => {
    const value = raw[key];
    if (value === undefined || value === null || value === '') return null;
    if (typeof value === 'string') return value;
    return fail(`"${key}" must be a text, got ${describe(value)}.`);
  };
  const lang = text('lang');
  if (lang !== null && !isLanguage(lang)) {
    fail(`"lang" must be a language as in "de" or "zh-Hant", got ${describe(lang)}.`);
  }
  const rows = raw.queries ?? [];
  if (!Array.isArray(rows) || rows.length > MAX_QUERIES) {
    return fail(
      `"queries" must be a list of at most ${MAX_QUERIES} photos, got ` +
        (Array.isArray(rows) ? `${rows.length}.` : `${describe(rows)}.`),
    );
  }
  const queries = rows.map((row: unknown, i): QueryPhoto => {
    const { image, title } = (row ?? {}) as { image?: unknown; title?: unknown };
    if (typeof image !== 'string' || typeof title !== 'string' || !image || !title) {
      return fail(
        `query ${i + 1}: expected an object with "image" (a path relative to the catalogue) and ` +
          `"title" (what it shows), got ${describe(row)}.`,
      );
    }
    return { path: resolve(dirname(path), image), title };
  });
  return {
    title: text('title'),
    subtitle: text('subtitle'),
    note: text('note'),
    lang,
    browse: browseOf(raw.browse, fail),
    queries,
  };
}

function browseOf(value: unknown, fail: (what: string) => never): Browse | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return { by: value.normalize('NFC'), names: new Map() };
  const { by, names = {} } = value as { by?: unknown; names?: unknown };
  const areNames =
    typeof names === 'object' &&
    names !== null &&
    Object.values(names).every((name) => typeof name === 'string');
  if (typeof by === 'string' && by && areNames) {
    // Attributes are normalised, too.
    const headings = Object.entries(names as Record<string, string>);
    return {
      by: by.normalize('NFC'),
      names: new Map(headings.map(([text, heading]) => [text.normalize('NFC'), heading])),
    };
  }
  return fail(
    '"browse" must be the name of an attribute, or an object with "by" (its name) and "names" ' +
      `(a heading for each value), got ${describe(value)}.`,
  );
}
