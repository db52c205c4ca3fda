/** What no first answer needs, as one script: `loadOnDemand` loads it, and the offline page caches it. */
export { fetchPicture } from './fetch-picture.ts';
export { forget } from './forget.ts';
export { keepOffline } from './keep-offline.ts';
export { smallPhoto } from './recent/small-photo.ts';
