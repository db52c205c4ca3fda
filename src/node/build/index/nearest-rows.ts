/** The k best rows of several queries, best first; among equal scores the lower row. Plain data, so that threads can send it. */
export class NearestRows {
  readonly k: number;
  /** queries × k */
  readonly rows: Int32Array;
  readonly scores: Float64Array;

  constructor(queries: number, k: number) {
    this.k = k;
    this.rows = new Int32Array(queries * k).fill(-1);
    this.scores = new Float64Array(queries * k).fill(Number.NEGATIVE_INFINITY);
  }

  /** @param found what another instance held, perhaps on another thread */
  merge({ rows, scores, k }: Pick<NearestRows, 'rows' | 'scores' | 'k'>): void {
    for (let i = 0; i < rows.length; i++) {
      if ((rows[i] as number) >= 0)
        this.#add(Math.floor(i / k), scores[i] as number, rows[i] as number);
    }
  }

  /**
   * Adds `offset + unit × value` of each row.
   * @param own a row that is left out
   */
  addAll(
    query: number,
    values: Float32Array | Int32Array,
    unit: number,
    offset: number,
    first: number,
    own: number,
  ): void {
    const last = query * this.k + this.k - 1;
    let least = this.scores[last] as number;
    for (let i = 0; i < values.length; i++) {
      const score = offset + unit * (values[i] as number);
      if (score > least && first + i !== own) {
        this.#add(query, score, first + i);
        least = this.scores[last] as number;
      }
    }
  }

  of(query: number): Int32Array {
    return this.rows.subarray(query * this.k, (query + 1) * this.k);
  }

  #add(query: number, score: number, row: number): void {
    const { rows, scores } = this;
    const start = query * this.k;
    let at = start + this.k - 1;
    const isBefore = (i: number) =>
      score > (scores[i] as number) || (score === scores[i] && row < (rows[i] as number));
    if (!isBefore(at)) return;
    for (; at > start && isBefore(at - 1); at--) {
      scores[at] = scores[at - 1] as number;
      rows[at] = rows[at - 1] as number;
    }
    scores[at] = score;
    rows[at] = row;
  }
}

export interface Recall {
  /** The share of the k nearest by the vectors that the k nearest by the codes have, over all queries. */
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
}

export function recallOf(found: NearestRows, exact: NearestRows, k: number): Recall {
  const shares: number[] = [];
  for (let query = 0; query * exact.k < exact.rows.length; query++) {
    const wanted = exact
      .of(query)
      .subarray(0, k)
      .filter((row) => row >= 0);
    const own = found.of(query).subarray(0, k);
    if (wanted.length > 0) {
      shares.push(wanted.filter((row) => own.includes(row)).length / wanted.length);
    }
  }
  if (shares.length === 0) return { mean: 1, error: 0 };
  const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  const { length } = shares;
  return { mean, error: length < 2 ? 0 : Math.sqrt(squares / (length * (length - 1))) };
}

/** Root mean squared difference between the scores of rows that both have. */
export function scoreError(found: NearestRows, exact: NearestRows): number {
  let squares = 0;
  let count = 0;
  for (let query = 0; query * exact.k < exact.rows.length; query++) {
    const own = found.of(query);
    exact.of(query).forEach((row, i) => {
      const at = row < 0 ? -1 : own.indexOf(row);
      if (at < 0) return;
      const a = exact.scores[query * exact.k + i] as number;
      squares += ((found.scores[query * found.k + at] as number) - a) ** 2;
      count++;
    });
  }
  return count === 0 ? 0 : Math.sqrt(squares / count);
}
