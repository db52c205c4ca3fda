/** Runs one reader on seeded mutations of its file. */
import { messageOf, SoutuError } from '../../src/core/errors.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { mutate } from './mutate.ts';
import type { Reader } from './reader.ts';

export interface Fault {
  /** The mutation's seed: `npm run fuzz -- --only READER --seed SEED --count 1` repeats it. */
  readonly seed: number;
  readonly what: string;
}

export interface Result {
  readonly name: string;
  readonly count: number;
  readonly accepted: number;
  readonly refused: number;
  /** Processor time of the slowest case. */
  readonly slowestMs: number;
  readonly faults: readonly Fault[];
}

const LIMIT_MS = 1000;
const LIMIT_KB = 256 * 1024;

/** A case is good if it ends in success or a SoutuError in a second, and takes less than 256 MB. */
export async function fuzz(reader: Reader, count: number, firstSeed: number): Promise<Result> {
  const faults: Fault[] = [];
  let accepted = 0;
  let refused = 0;
  let slowestMs = 0;
  await reader.read(reader.seed);
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const bytes = mutate(reader.seed, reader.format, seededRandom(seed));
    const memory = process.resourceUsage().maxRSS;
    const start = process.cpuUsage();
    try {
      await reader.read(bytes);
      accepted++;
    } catch (error) {
      refused++;
      if (!(error instanceof SoutuError)) {
        const name = error instanceof Error ? error.name : typeof error;
        faults.push({ seed, what: `${name}: ${messageOf(error).slice(0, 120)}` });
      }
    }
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > LIMIT_MS) faults.push({ seed, what: `took ${Math.round(ms)} ms` });
    const grown = process.resourceUsage().maxRSS - memory;
    if (grown > LIMIT_KB) faults.push({ seed, what: `took ${Math.round(grown / 1024)} MB` });
  }
  return { name: reader.name, count, accepted, refused, slowestMs, faults };
}
