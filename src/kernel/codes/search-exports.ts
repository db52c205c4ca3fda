/** The exports of assembly/codes/search.ts. Offsets, strides and sizes are in bytes. */
export interface SearchExports {
  decode(
    ...args: [
      state: number,
      columns: number,
      rows: number,
      look: number,
      tables: number,
      lowest: number,
      out: number,
      stride: number,
      size: number,
      last: number,
    ]
  ): void;
  sums8(...args: SumsArgs): void;
  sums16(...args: SumsArgs): void;
}

type SumsArgs = [
  codes: number,
  weights: number,
  rows: number,
  stride: number,
  columns: number,
  out: number,
];

/** The exports of assembly/codes/rank.ts. */
export interface RankExports {
  fourSums8(...args: SumsArgs): void;
  /** Returns how many rows are accepted and have a sum of at least `least`. */
  best(
    ...args: [
      sums: number,
      rows: number,
      accepts: number,
      least: number,
      heap: number,
      most: number,
    ]
  ): number;
  rotate(
    ...args: [basis: number, query: number, columns: number, length: number, out: number]
  ): void;
}
