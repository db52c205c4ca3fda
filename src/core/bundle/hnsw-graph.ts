export interface HnswGraph {
  /** Number of nodes, one for each distinct vector. */
  readonly count: number;
  /** Number of rows in the index. */
  readonly rowCount: number;
  /** Dimension of the vectors. */
  readonly dimension: number;
  /** Maximum links of a node on layers above 0; layer 0 allows twice as many. */
  readonly M: number;
  readonly efConstruction: number;
  readonly entryPoint: number;
  readonly maxLevel: number;
  readonly levels: Uint8Array;
  readonly baseCounts: Uint16Array;
  readonly baseLinks: Uint32Array;
  readonly upperCounts: Uint16Array;
  readonly upperLinks: Uint32Array;
  /** Rows whose vector equals that of an earlier row, and the node of each. */
  readonly twinNodes: Uint32Array;
  readonly twinRows: Uint32Array;
}

/**
 * Lists the rows of each node, first row first. Those of node i are `rows[starts[i]]` … `rows[starts[i + 1] - 1]`.
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
