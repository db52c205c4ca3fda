/**
 * What takes tens of milliseconds in a good implementation stays under this on any machine; a bad one, of quadratic or
 * exponential time, takes minutes.
 */
export const QUICK_MS = 8000;

/** Milliseconds of processor time: unlike the clock, they do not depend on what else the machine does. */
export async function cpuMs(run: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
