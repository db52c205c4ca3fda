/** Interleaves several measurements, one of each per round, so that a slow moment affects all equally. */

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
  // The first call is not counted: it compiles and touches memory.
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
