export interface HnswGraph {
  /** Nodes: distinct vectors. */
  readonly count: number;
  /** Rows of the index that the graph belongs to. */
  readonly rowCount: number;
  /** Of the vectors. */
  readonly dimension: number;
  /** Most links of a node on layers above 0; twice as many on layer 0. */
  readonly M: number;
  readonly efConstruction: number;
  readonly entryPoint: number;
  readonly maxLevel: number;
  readonly levels: Uint8Array;
  readonly baseCounts: Uint16Array;
  readonly baseLinks: Uint32Array;
  readonly upperCounts: Uint16Array;
  readonly upperLinks: Uint32Array;
  /** Rows whose vector is equal to that of an earlier row, and the node of each. */
  readonly twinNodes: Uint32Array;
  readonly twinRows: Uint32Array;
}

/**
 * For each node its rows, the first row first: those of node i are `rows[starts[i]]` … `rows[starts[i + 1] - 1]`.
 * @param graph validated
 */
export function rowsOfNodes({ count, rowCount, twinNodes, twinRows }: HnswGraph): {
  starts: Uint32Array;
  rows: Uint32Array;
} {
  const isTwin = new Uint8Array(rowCount);
  for (const row of twinRows) isTwin[row] = 1;
  const starts = new Uint32Array(count + 1);
  const rows = new Uint32Array(rowCount);
  let at = 0;
  let twin = 0;
  let first = 0;
  for (let node = 0; node < count; node++) {
    starts[node] = at;
    while (isTwin[first]) first++;
    rows[at++] = first++;
    while (twinNodes[twin] === node) rows[at++] = twinRows[twin++] as number;
  }
  starts[count] = at;
  return { starts, rows };
}
