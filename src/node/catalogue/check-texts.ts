import { describe } from '../../core/describe.ts';

/** A catalogue has a few levels; more is a mistake, or meant to break readers that call themselves. */
const MOST_LEVELS = 16;

/**
 * Looks for values that JSON allows but that cannot be written into a page, a URL or a file.
 * @returns what is wrong, for an error that names the row; null if nothing is
 */
export function faultInTexts(value: unknown): string | null {
  // A list of what is still to be looked at, not recursion: the depth is what is checked.
  const waiting: { readonly value: unknown; readonly name: string; readonly level: number }[] = [
    { value, name: '', level: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value: found, name, level } = next;
    if (typeof found === 'string' && isBroken(found)) return brokenText(`"${name}"`, found);
    if (typeof found !== 'object' || found === null) continue;
    if (level === MOST_LEVELS) return `"${name}" is nested more than ${MOST_LEVELS} levels deep.`;
    for (const [key, below] of Object.entries(found)) {
      if (isBroken(key)) return brokenText('a field name', key);
      const path = name === '' ? key : `${name}.${key}`;
      waiting.push({
        value: below,
        name: path.length > 60 ? `${path.slice(0, 57)}...` : path,
        level: level + 1,
      });
    }
  }
  return null;
}

/** Half of a surrogate pair, as a text cut in the middle of an emoji has it: encodeURIComponent throws on it. */
const isBroken = (text: string): boolean => /\p{Surrogate}/u.test(text);

function brokenText(what: string, text: string): string {
  return `${what} contains half of a character (an unpaired surrogate): ${describe(text)}. Write the whole character.`;
}
