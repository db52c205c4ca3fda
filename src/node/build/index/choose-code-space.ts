/**
 * Searches for the space whose codes take the fewest bytes at the wanted recall. Two numbers are free: `spread`, the
 * precision of the steps, and `trade`, how much error one bit is worth. For each trade, the loss 1 − recall is about a
 * power of the spread, so that a few steps of the secant method in logarithms find the spread.
 *
 * The lower end of recall counts: the mean less two standard errors, as photos of visitors differ from those of the
 * catalogue that are the queries here.
 */
import { encodeAll, type MeasuredSpace } from './encode-all.ts';
import type { SpaceFitter } from './fit-space.ts';
import { type Judging, LARGE } from './query-model.ts';
import type { RowSource } from './row-source.ts';
import type { TaskThreads } from './task-threads.ts';

/** 2 ln 2, where one more bit saves what it costs at high rates; less and more of it. */
const TRADES = [1.386, 0.7, 2] as const;
/** The spread that is tried first (see `EncoderSettings`); 10,000 photos reach a recall of about 0.97 with it. */
const FIRST_SPREAD = 5e-4;
const STANDARD_ERRORS = 2;
/** Scores of near rows differ by no more from cosines (root mean square). */
const MAX_ERROR = 0.02;
const MAX_STEPS = 6;
/** Other trades start close to their spread. */
const MAX_LATER_STEPS = 3;
/** Close enough: this share of the loss that is allowed. In a large catalogue 1 % of the bytes is worth another step. */
const CLOSE = 0.95;
const CLOSE_OF_LARGE = 0.98;

export const lowerRecall = ({ recall10: { mean, error } }: MeasuredSpace) =>
  mean - STANDARD_ERRORS * error;

/** @returns null if no codes that are smaller than f16 have this recall */
export async function chooseCodeSpace(
  source: RowSource,
  fitter: SpaceFitter,
  judging: Judging,
  threads: TaskThreads,
  wanted: number,
): Promise<MeasuredSpace | null> {
  let best: MeasuredSpace | null = null;
  let spread = FIRST_SPREAD;
  for (const trade of TRADES) {
    const measure = async (own: number) =>
      encodeAll(source, await fitter.fit(own, trade), threads, judging);
    const found = await atLoss(measure, spread, {
      allowed: 1 - wanted,
      close: source.count < LARGE ? CLOSE : CLOSE_OF_LARGE,
      maxBytes: 2 * source.count * source.dimension,
      steps: best ? MAX_LATER_STEPS : MAX_STEPS,
    });
    // Other trades cannot find what the first one misses by far.
    if (!found && !best) return null;
    if (!found) continue;
    spread = found.space.encoder.spread;
    if (!best || found.bytes < best.bytes) best = found;
  }
  return best;
}

/** The measurement with the fewest bytes whose loss is at most `allowed`; null if all are larger than `maxBytes`. */
async function atLoss(
  measure: (spread: number) => Promise<MeasuredSpace>,
  start: number,
  {
    allowed,
    close,
    maxBytes,
    steps,
  }: Readonly<Record<'allowed' | 'close' | 'maxBytes' | 'steps', number>>,
): Promise<MeasuredSpace | null> {
  let best: MeasuredSpace | null = null;
  let spread = start;
  let previous: { spread: number; loss: number } | null = null;
  for (let step = 0; step < steps; step++) {
    const measured = await measure(spread);
    // Few rows are found by any codes, but their scores must be right, too.
    const errorLoss = (allowed * measured.error) / MAX_ERROR;
    const loss = Math.max(1e-6, 1 - lowerRecall(measured), errorLoss);
    const isSmall = measured.bytes <= Math.min(maxBytes, best?.bytes ?? maxBytes);
    if (loss <= allowed && isSmall) best = measured;
    if (loss <= allowed && loss >= close * allowed) break;
    if (loss > allowed && measured.bytes > maxBytes) break;
    const power = previous
      ? Math.log(loss / previous.loss) / Math.log(spread / previous.spread)
      : 0.9;
    previous = { spread, loss };
    // Noise may turn the slope; a step is at most a factor of 4.
    const exponent = 1 / Math.min(2, Math.max(0.4, Number.isFinite(power) ? power : 0.9));
    const factor = ((allowed * (1 + close)) / 2 / loss) ** exponent;
    spread *= Math.min(4, Math.max(0.25, factor));
  }
  return best;
}
