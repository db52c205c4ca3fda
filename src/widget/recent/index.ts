/**
 * The recent searches, and the photos saved for Back, in one script. It is loaded when there are some, or after the
 * first answer.
 */
export { SavedPhotos } from '../history/saved-photos.ts';
export { RecentSearches } from './recent-searches.ts';
export { RecentStrip } from './recent-strip.ts';
