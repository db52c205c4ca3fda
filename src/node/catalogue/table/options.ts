import type { ColumnMap } from './column-map.ts';

export interface TableOptions {
  /** Which column is which field of an item; default: by the usual names. */
  readonly map?: ColumnMap | undefined;
  /** A folder or a URL to which images are relative; default: the folder of the file, or the working folder. */
  readonly photoBase?: string | undefined;
}
