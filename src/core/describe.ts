const LONGEST = 60;

/** A value in the words of an error message, never long. */
export function describe(value: unknown): string {
  const text = textOf(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

function textOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON has no NaN.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested some thousand levels deep, or in itself.
    if (typeof value !== 'object') return String(value);
    return Array.isArray(value) ? 'a deeply nested list' : 'a deeply nested object';
  }
}
