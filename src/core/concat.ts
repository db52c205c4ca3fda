interface TypedArray {
  readonly length: number;
  set(values: ArrayLike<number>, offset: number): void;
}

/** Joins typed arrays of one type; a single part is copied, too. */
export function concat<T extends TypedArray>(
  type: new (length: number) => T,
  parts: readonly ArrayLike<number>[],
): T {
  const joined = new type(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
