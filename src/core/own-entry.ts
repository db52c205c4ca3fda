/**
 * An entry of an object whose keys come from a catalogue: `record[key]` would find `constructor`, `toString` and
 * what else every object inherits.
 */
export function ownEntry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
