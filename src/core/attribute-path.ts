/**
 * Attributes with levels, such as the folders of photos: an item has a list of all levels on its way, each with its whole
 * path, so that a filter for one level finds everything below it:
 *
 *     ['chairs', 'chairs/wooden', 'chairs/wooden/oak']
 */

/** Whether each value of the list is one level below the value before it. */
export function isPath(values: readonly string[]): boolean {
  return (
    values.length > 1 && values.every((value, i) => i === 0 || parentOf(value) === values[i - 1])
  );
}

/** The level above; null for the first one. */
export function parentOf(path: string): string | null {
  const end = path.lastIndexOf('/');
  return end > 0 ? path.slice(0, end) : null;
}

/** The last part of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path and all levels above it, the first one first. */
export function levelsOf(path: string): string[] {
  const parent = parentOf(path);
  return parent === null ? [path] : [...levelsOf(parent), path];
}
