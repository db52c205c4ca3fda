/** English. Every other language has the same keys and placeholders. */
export const en = {
  label: 'Search by picture',
  drop: 'Drop or paste a photo here',
  dropNow: 'Drop to search with this photo',
  dropAnywhere: 'Drop anywhere to search with this photo',
  give: 'Start with a photo of something you like',
  choose: 'Choose a photo',
  another: 'Another photo',
  take: 'Take a photo',
  private: 'Your photo stays on this device.',
  yourPhoto: 'Your photo',
  noPreview: 'No preview',
  noPicture: 'No picture',

  readingPhoto: 'Reading your photo…',
  openingCatalogue: 'Opening the catalogue…',
  gettingReady: 'Getting ready…',
  lookingAtPhoto: 'Looking at your photo…',
  comparing: 'Comparing it with the catalogue…',
  loadingIndex: 'Loading the catalogue…',
  loadingModel: 'Loading the picture model…',
  loadingIndexBytes: 'Loading the catalogue: {loaded} of {total} MB',
  loadingModelBytes: 'Loading the picture model: {loaded} of {total} MB',
  loadingWhy:
    'Your photo is then compared right here, on your device. Next time there is nothing to download.',
  indexFromDevice: 'Loading the catalogue from this device…',
  modelFromDevice: 'Loading the picture model from this device…',

  askLoad: 'This search needs a download of {total} MB. It is saved on your device for next time.',
  load: 'Download and search',
  notNow: 'Not now',

  similar: { one: '{n} similar picture', other: '{n} similar pictures' },
  similarAtLeast: {
    one: 'At least {n} similar picture',
    other: 'At least {n} similar pictures',
  },
  nearest: 'Closest pictures',
  noneSimilar: 'None of these looks much like your photo.',
  firstSimilar: {
    one: 'Only the first really looks like your photo.',
    other: 'Only the first {n} really look like your photo.',
  },
  nothing: 'No similar pictures found',
  nothingWhy:
    'Nothing here looks much like your photo. A close, well-lit photo of a single thing works best.',
  nothingFiltered: 'No similar pictures match your filters.',
  filters: 'Filter and sort',
  clearFilters: 'Clear filters',
  order: 'Sort',
  byLikeness: 'Most similar first',
  ascending: '{name}: low to high',
  descending: '{name}: high to low',
  showNearest: 'Show the closest anyway',
  showMore: 'Show more',
  showingMore: 'Loading more…',
  shown: { one: '{n} picture shown', other: '{n} pictures shown' },
  shownOf: '{shown} of {total} pictures shown',
  moreFailed: 'More pictures could not be loaded.',
  tryAgain: 'Try again',

  alike: '{percent} similar',
  cosine: 'Cosine {cosine}',
  moreLike: 'More like this',
  moreLikeOf: 'More like this: {name}',
  moreViews: { one: '{n} more view', other: '{n} more views' },

  about: 'About this search',
  aboutPrivate: 'Pictures are compared on your device. Your photo is never uploaded.',
  aboutCatalogue: {
    one: 'The catalogue has {n} picture.',
    other: 'The catalogue has {n} pictures.',
  },
  aboutModel: 'Model: {model}. Licence: {licence}.',
  aboutKept: 'This site stores {total} MB on your device, so your next search starts right away.',
  aboutRecent: 'Small copies of your recent searches stay on this device until you clear them.',
  forget: 'Delete saved data',
  forgetting: 'Deleting…',
  forgotten:
    'Everything this search saved on your device is deleted. The next search downloads it again.',

  itemGone: 'The picture in this link is no longer in the catalogue.',
  offlineProblem: 'You are offline. The search continues when you are back online.',
  photoProblem: 'This photo cannot be used to search.',
  photoDamaged: 'The photo is damaged, so only the readable part was used.',
  memoryOnly:
    'Nothing can be saved for your next visit: this browser’s storage is blocked or full.',
  engineFallback:
    'The fastest engine does not run on this device, so searches take a little longer.',
  offlineNotice: 'You are offline: searching the copy saved on this device.',
  serverNotice: 'This site’s server returned {detail}: searching the copy saved on this device.',
  workerRestarted: 'The search stopped on this device and was restarted.',
  asleep: 'Search is paused to save memory; it resumes on the next search.',
  networkProblem: 'The search could not be loaded. Check your connection and try again.',
  bundleProblem: 'This catalogue cannot be searched right now.',
  modelProblem: 'This catalogue’s picture model does not work on this device.',
  workerProblem: 'The search stopped unexpectedly.',
  usageProblem: 'This search is not set up correctly.',
  otherProblem: 'Something went wrong.',
  notAPhotoFile: '“{name}” is not a photo. Drop an image file, such as a JPEG or PNG.',
  notAPhoto: 'That is not a photo. Save the picture to your device first, then drop the file here.',

  address: 'Or enter the URL of a picture',
  addressLabel: 'URL of a picture',
  addressSearch: 'Search',
  addressFetching: 'Downloading the picture from {host}…',
  addressNone:
    'That is not the URL of a picture. It must start with https:// and open the picture itself.',
  addressRefused:
    '{host} cannot be reached, or does not let other sites use its pictures. Save the picture to your device, then choose the file here.',
  addressPolicy:
    'This page cannot download pictures from other sites. Save the picture to your device, then choose the file here.',
  addressOffline:
    'You are offline, so the picture cannot be downloaded. Try again later, or choose a photo from your device.',
  addressSlow:
    'The picture from {host} took too long to download. Try again, or choose a file here.',
  addressStatus: '{host} has no picture at this URL (it returns {detail}). Check the URL.',
  addressType:
    'That URL returns {detail}, not an image. Open the picture on its own and copy its URL.',
  addressSize: 'This picture is larger than {total} MB. Choose a smaller one.',

  crop: 'Choose a part',
  cropDone: 'Done',
  cropAll: 'Whole photo',
  cropLabel: 'Frame around the part to search for',
  cropHint:
    'Arrow keys move the frame, Shift with an arrow key resizes it, Escape selects the whole photo.',
  cropStatus: '{width} by {height} of the photo, {left} from the left, {top} from the top',
  cropWhole: 'The whole photo',
  turn: 'Rotate',

  recent: 'Recent searches',
  recentClear: 'Clear',
  recentPhoto: 'Photo searched on {when}',

  cameraShoot: 'Take the photo',
  cameraOther: 'Switch camera',
  cameraClose: 'Close',
  cameraDenied:
    'This page is not allowed to use the camera. Allow it in your browser’s settings, or choose a photo.',
  cameraNone: 'No camera found. Connect one, or choose a photo.',
  cameraBusy:
    'The camera is not responding. Another program may be using it: close that program, or choose a photo.',
  cameraFailed: 'The camera cannot be used here. Choose a photo instead.',
};
