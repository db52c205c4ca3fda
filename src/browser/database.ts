/** The IndexedDB database in which a worker keeps files, for all bundles of the origin. */
export const DATABASE = 'soutu';
