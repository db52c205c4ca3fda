/** Arithmetic on embeddings. Sums run in doubles and in one order: the same on every machine. */

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** @returns a copy of unit length; a zero vector stays zero */
export function normalised(vector: Float32Array): Float32Array<ArrayBuffer> {
  const length = Math.sqrt(dot(vector, vector));
  const unit = new Float32Array(vector.length);
  if (length === 0) return unit;
  for (let i = 0; i < unit.length; i++) unit[i] = (vector[i] as number) / length;
  return unit;
}

export function cosine(a: Float32Array, b: Float32Array): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}
