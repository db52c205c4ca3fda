/** The IndexedDB database in which workers store files, for all bundles of the origin. */
export const DATABASE = 'soutu';
