import { nearestName } from '../../core/nearest-name.ts';

/** Shorter words begin too many names. */
const SHORTEST = 4;

/**
 * The known name that a misspelt one most likely means: one with few other letters, else the only one whose first word
 * begins alike, as `--threads` for `--thread-count`.
 */
export function nearestOption(name: string, known: readonly string[]): string | null {
  const nearest = nearestName(name, known);
  if (nearest !== null) return nearest;
  const first = firstWord(name);
  if (first.length < SHORTEST) return null;
  const alike = known.filter((one) => {
    const word = firstWord(one);
    return word.startsWith(first) || (word.length >= SHORTEST && first.startsWith(word));
  });
  return alike.length === 1 ? (alike[0] ?? null) : null;
}

/** The first word of a name: `thread` of `--thread-count`, `thread_count` and `threadCount`. */
function firstWord(name: string): string {
  return (/[a-z0-9]+/.exec(name.replace(/^-+/, '').replace(/^[A-Z]/, (c) => c.toLowerCase())) ?? [
    '',
  ])[0];
}
