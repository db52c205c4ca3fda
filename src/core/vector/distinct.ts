export interface DistinctVectors {
  /** The first row of each distinct vector, ascending. */
  readonly firstRows: Uint32Array;
  /** The position of each row's vector in `firstRows`. */
  readonly nodeOf: Uint32Array;
}

/**
 * Finds equal vectors: placeholders, and photos that are listed twice. Two vectors are equal if all their bits are.
 * @param vectors count × dimension, row after row
 */
export function distinctVectors(vectors: Float32Array, dimension: number): DistinctVectors {
  const count = vectors.length / dimension;
  const bits = new Uint32Array(vectors.buffer, vectors.byteOffset, vectors.length);
  const nodeOf = new Uint32Array(count);
  const firstRows: number[] = [];
  const nodesByHash = new Map<number, number[]>();
  const isEqual = (a: number, b: number) => {
    for (let i = 0; i < dimension; i++) {
      if (bits[a * dimension + i] !== bits[b * dimension + i]) return false;
    }
    return true;
  };
  for (let row = 0; row < count; row++) {
    // FNV-1a over words instead of bytes: quick, and a collision only costs a comparison.
    let hash = 0x811c9dc5;
    for (let i = row * dimension; i < (row + 1) * dimension; i++) {
      hash = Math.imul(hash ^ (bits[i] as number), 0x01000193);
      hash ^= hash >>> 15;
    }
    const nodes = nodesByHash.get(hash) ?? [];
    let node = nodes.find((candidate) => isEqual(firstRows[candidate] as number, row));
    if (node === undefined) {
      node = firstRows.length;
      firstRows.push(row);
      nodes.push(node);
      nodesByHash.set(hash, nodes);
    }
    nodeOf[row] = node;
  }
  return { firstRows: Uint32Array.from(firstRows), nodeOf };
}
