/**
 * The dot product of a query and one row of a table, as every retriever computes it: scores are the same to the
 * bit whether a row was found by a scan or in a graph. Four sums, so that no addition waits for the previous one.
 */
export function dotAt(vectors: Float32Array, start: number, query: Float32Array): number {
  const n = query.length;
  const even = n - (n % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < even; i += 4) {
    a += (vectors[start + i] as number) * (query[i] as number);
    b += (vectors[start + i + 1] as number) * (query[i + 1] as number);
    c += (vectors[start + i + 2] as number) * (query[i + 2] as number);
    d += (vectors[start + i + 3] as number) * (query[i + 3] as number);
  }
  for (let i = even; i < n; i++) a += (vectors[start + i] as number) * (query[i] as number);
  return a + b + (c + d);
}
