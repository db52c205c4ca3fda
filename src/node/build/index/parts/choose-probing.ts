/**
 * Chooses how many shards and fine files a search reads: the fewest bytes at the wanted recall, tried with photos of the
 * catalogue as queries.
 */
import type { Probing } from '../../../../core/parts/root.ts';
import type { Judging } from '../query-model.ts';
import type { MadeParts, PartsCodes } from './make-parts.ts';
import { LEAST_REST, MOST_FINE, type Probed, Trial, type Tried, tally } from './probing-trial.ts';

type Chosen = Pick<MadeParts, 'probing' | 'coarseError' | 'error' | 'recall10' | 'cold'>;

/**
 * Photos of visitors differ from those of the catalogue: at a recall of 0.95 a search aims for this much more. Other photos
 * found 0.001 to 0.003 less than expected in 109,000, and 0.008 less in 20,000.
 */
const MARGIN = 0.006;
const MARGIN_OF_SMALL = 0.011;
const SMALL = 50_000;
const MARGIN_LOSS = 0.05;
/** A search in more waves waits too long. */
const MOST_WAVES = 4;
/** Shards of all waves, and fine files: 24 requests at most. If these find too little, more of them. */
const MOST = [12, 14, 16] as const;
const REFINE = [3, 4, 5, 6];
const MORE = [20, 24, 32, 48, 64, 96, 128, 192] as const;
const REFINE_MORE = [8, 10, 12, 16, MOST_FINE];
const REACHES = [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.8, 9];
const RESTS = [LEAST_REST, 0.3];
const FIRST = 8;
const WAVE = 4;

/** @param rowBytes of an item's id and attributes in a shard */
export function chooseProbing(
  codes: PartsCodes,
  judging: Judging,
  wanted: number,
  rowBytes = 3,
): Chosen | null {
  const trial = new Trial(codes, judging, rowBytes);
  const margin = codes.count < SMALL ? MARGIN_OF_SMALL : MARGIN;
  const goal = wanted + margin * Math.min(1, (1 - wanted) / MARGIN_LOSS);
  let best: Tried | null = null;
  const tryAll = (most: number, refines: readonly number[]) => {
    const found = cheapest(trial, probingWith(most, codes.spilled.length), goal, refines);
    if (found && (!best || found.bytes < best.bytes)) best = found;
  };
  for (const most of MOST) {
    // With few shards, all settings read all of them.
    if (best && most - 2 >= codes.spilled.length) break;
    tryAll(most, REFINE);
  }
  for (const most of MORE) {
    if (best) break;
    tryAll(most, [...REFINE, ...REFINE_MORE]);
  }
  if (!best) return null;
  const { probing, recall, bytes, requests, waves }: Tried = best;
  return { probing, ...trial.errors, recall10: recall, cold: { bytes, requests, waves } };
}

/** Waves grow with the number of shards, so that no search takes more than four, that of the fine files included. */
function probingWith(most: number, shards: number): Pick<Probing, 'first' | 'wave' | 'most'> {
  const all = Math.min(most, shards);
  const first = Math.min(FIRST, all);
  const wave = Math.max(WAVE, Math.ceil((all - first) / (MOST_WAVES - 2)));
  return { first, wave, most: all };
}

/** The fewest bytes at the recall for one number of shards; null if it is not reached. */
function cheapest(
  trial: Trial,
  shards: ReturnType<typeof probingWith>,
  goal: number,
  refines: readonly number[],
): Tried | null {
  const runs = new Map<number, Probed>();
  const probed = (reach: number): Probed => {
    const known = runs.get(reach) ?? trial.probe({ ...shards, reach });
    runs.set(reach, known);
    return known;
  };
  const widest = refines.at(-1) as number;
  const isEnough = (reach: number, refine: number, rest: number) =>
    tally(probed(reach), refine, rest).recall >= goal;
  const least = firstOf(REACHES, (reach) => isEnough(reach, widest, LEAST_REST));
  if (least === null) return null;
  let best: Tried | null = null;
  // With one more step of reach, fewer fine files may be enough.
  const from = REACHES.indexOf(least);
  for (const reach of REACHES.slice(from, from + 2)) {
    for (const rest of RESTS) {
      const refine = firstOf(refines, (own) => isEnough(reach, own, rest));
      if (refine === null) continue;
      const tried = tally(probed(reach), refine, rest);
      if (!best || tried.bytes < best.bytes) best = tried;
    }
  }
  return best;
}

/** The first that is enough, by bisection; null if none is. */
function firstOf(list: readonly number[], isEnough: (n: number) => boolean): number | null {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEnough(list[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return list[low] ?? null;
}
