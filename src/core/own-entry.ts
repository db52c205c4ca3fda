/**
 * Reads an own property of an object whose keys come from a catalogue. `record[key]` would also find inherited
 * properties such as `constructor` and `toString`.
 */
export function ownEntry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
