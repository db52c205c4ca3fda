/** Code that the first search does not need, in one script. `loadOnDemand` loads it; offline pages cache it. */

export { findPhoto, forgetPhotos, savePhoto } from './history/device-photos.ts';
export { fetchPicture } from './photo/fetch-picture.ts';
export { isWholeFile } from './photo/whole-file.ts';
export { withoutExif } from './photo/without-exif.ts';
export { openRecentQueries } from './recent/recent-queries.ts';
export { smallPhoto } from './recent/small-photo.ts';
export { forget } from './storage/forget.ts';
export { keepOffline } from './storage/keep-offline.ts';
