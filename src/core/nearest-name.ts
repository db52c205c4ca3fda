/** A longer text is no misspelt name, and comparing it would take long. */
const LONGEST = 100;

/** The known name that a misspelt one most likely means; null if none is close. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > LONGEST) return null;
  const plain = plainOf(name);
  let nearest: string | null = null;
  // One slip in three letters; the others may be another word.
  let least = Math.floor(Math.max(plain.length, 3) / 3) + 1;
  for (const one of known) {
    const distance = editDistance(plain, plainOf(one));
    if (distance < least) {
      least = distance;
      nearest = one;
    }
  }
  return nearest;
}

/** `min-score`, `min_score` and `minscore` are ways to write `minScore`. */
function plainOf(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '');
}

/** Insertions, deletions and substitutions from one text to the other (Wagner and Fischer 1974), row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
