/** Several things measured side by side: one of each, then again, so that a slow moment hits all alike. */

export type Work = () => Promise<unknown> | unknown;

/**
 * @returns milliseconds of each round, by name
 */
export async function alternate<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<Work>(works).map(([name, work]) => ({
    name,
    work,
    times: [] as number[],
  }));
  // The first call compiles and touches memory: not counted.
  for (const { work } of entries) await work();
  for (let round = 0; round < rounds; round++) {
    for (const { work, times } of entries) {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    }
  }
  return Object.fromEntries(entries.map(({ name, times }) => [name, times])) as Record<
    Name,
    number[]
  >;
}
