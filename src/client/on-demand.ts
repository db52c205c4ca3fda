/** Code that the first search does not need, in one script. `loadOnDemand` loads it; offline pages cache it. */
export { fetchPicture } from './fetch-picture.ts';
export { forget } from './forget.ts';
export { findPhoto, forgetPhotos, savePhoto } from './history/device-photos.ts';
export { keepOffline } from './keep-offline.ts';
export { openRecentQueries } from './recent/recent-queries.ts';
export { smallPhoto } from './recent/small-photo.ts';
export { isWholeFile } from './whole-file.ts';
export { withoutExif } from './without-exif.ts';
