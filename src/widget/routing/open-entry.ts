/**
 * Marks the history entries of an open dialog (`mode="button"`), so that Back closes it and Forward or a reload opens it
 * again:
 *
 *     page ─▶ dialog opened (depth 1) ─▶ another search in it (depth 2)
 *       ◀────────────── closing the dialog goes back to the page
 *
 * The depth is stored in the entry's state under the element's key.
 */

/** @returns how many entries lie between this one and the page without the dialog; null if the dialog is closed */
export function depthIn(state: unknown, key: string): number | null {
  const depth = depthsIn(state)[key];
  return typeof depth === 'number' && Number.isInteger(depth) && depth > 0 ? depth : null;
}

/** The state of the entry that opening the dialog adds. */
export function opened(state: unknown, key: string): unknown {
  const page = typeof state === 'object' && state !== null ? state : {};
  return { ...page, soutuOpen: { ...depthsIn(state), [key]: 1 } };
}

/** The state of an entry that is added to this one. */
export function deeper(state: unknown): unknown {
  if (typeof state !== 'object' || state === null || !('soutuOpen' in state)) return state;
  const depths = Object.entries(depthsIn(state)).map(([key, depth]) => [key, Number(depth) + 1]);
  return { ...state, soutuOpen: Object.fromEntries(depths) };
}

function depthsIn(state: unknown): Readonly<Record<string, unknown>> {
  return (state as { soutuOpen?: Record<string, unknown> } | null)?.soutuOpen ?? {};
}
