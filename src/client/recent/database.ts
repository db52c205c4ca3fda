/** The IndexedDB database of recent queries, for all bundles of the origin. */
export const RECENT_DATABASE = 'soutu-recent';
