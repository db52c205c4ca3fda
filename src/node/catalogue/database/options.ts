import type { Paging } from './paging.ts';

export interface DatabaseOptions {
  /** A SELECT whose rows are the items. */
  readonly query?: string | undefined;
  /**
   * How pages of rows are read. `key` (default): the rows after the last id, which an index finds at once. `offset`: by
   * LIMIT and OFFSET, for ids that cannot be compared.
   */
  readonly paging?: Paging | undefined;
  /** Rows in a page; default 1000, or 20 if there are photos in the rows. */
  readonly pageSize?: number | undefined;
}
