type Result<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Maps inputs in order, up to `ahead` at a time. If an input fails, its error is yielded in its place, and the
 * iteration continues. If the reader stops early, those that have begun are awaited.
 */
export async function* mapAhead<In, Out>(
  inputs: readonly In[],
  ahead: number,
  map: (input: In) => Promise<Out>,
): AsyncGenerator<{ input: In; result: Result<Out> }> {
  const under = new Map<number, Promise<Result<Out>>>();
  let next = 0;
  try {
    for (const [i, input] of inputs.entries()) {
      for (; next < inputs.length && next < i + ahead; next++) {
        const started = map(inputs[next] as In).then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        );
        under.set(next, started);
      }
      const result = await (under.get(i) as Promise<Result<Out>>);
      under.delete(i);
      yield { input, result };
    }
  } finally {
    // If the reader stops early, nothing goes on behind its back.
    await Promise.all(under.values());
  }
}
