/** English: what every other language answers to, key by key. */
export const en = {
  label: 'Search by picture',
  drop: 'Drop or paste a photo here',
  dropNow: 'Let go to search with this photo',
  dropAnywhere: 'Let go anywhere to search with this photo',
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
    'Then your photo is compared here, on your device. Next time nothing has to be loaded.',
  indexFromDevice: 'Loading the catalogue from this device…',
  modelFromDevice: 'Loading the picture model from this device…',

  askLoad:
    'To look at your photo, {total} MB have to be loaded. Your device keeps them for the next time.',
  load: 'Load and search',
  notNow: 'Not now',

  similar: { one: '{n} similar picture', other: '{n} similar pictures' },
  similarAtLeast: {
    one: 'At least {n} similar picture',
    other: 'At least {n} similar pictures',
  },
  nearest: 'The nearest pictures',
  noneSimilar: 'None of these is really similar to your photo.',
  firstSimilar: {
    one: 'Only the first is really similar to your photo.',
    other: 'Only the first {n} are really similar to your photo.',
  },
  nothing: 'Nothing similar found',
  nothingWhy:
    'No picture here looks much like yours. A photo that shows one thing, large and in good light, finds more.',
  nothingFiltered: 'Nothing that is similar is also as you chose below.',
  filters: 'Filter and order',
  clearFilters: 'Clear filters',
  order: 'Order',
  byLikeness: 'Most alike first',
  ascending: '{name}: low to high',
  descending: '{name}: high to low',
  showNearest: 'Show the nearest anyway',
  showMore: 'Show more',
  showingMore: 'Loading more…',
  shown: { one: '{n} picture shown', other: '{n} pictures shown' },
  shownOf: '{shown} of {total} pictures shown',
  moreFailed: 'The next pictures could not be loaded.',
  tryAgain: 'Try again',

  alike: '{percent} alike',
  cosine: 'Cosine {cosine}',
  moreLike: 'More like this',
  moreLikeOf: 'More like this: {name}',
  moreViews: { one: '{n} more view', other: '{n} more views' },

  about: 'About this search',
  aboutPrivate: 'Pictures are compared on your device. Your photo is sent nowhere.',
  aboutCatalogue: {
    one: '{n} picture can be found here.',
    other: '{n} pictures can be found here.',
  },
  aboutModel: 'Model: {model}. Licence: {licence}.',
  aboutKept: 'This site keeps {total} MB on your device, so that the next search starts at once.',
  aboutRecent: 'Your last searches are kept small on this device, until you clear them.',
  forget: 'Forget everything',
  forgetting: 'Forgetting…',
  forgotten: 'All that this search had kept here is deleted. The next search loads it again.',

  itemGone: 'The picture of this link is not in the catalogue any more.',
  offlineProblem: 'You are offline. The search goes on by itself when the connection is back.',
  photoProblem: 'This photo cannot be searched with.',
  photoDamaged: 'The photo is damaged; the part that could be read was used.',
  memoryOnly: 'This browser keeps nothing for the next visit: its storage is blocked or full.',
  engineFallback: 'The quickest engine cannot run here, so a search takes a little longer.',
  offlineNotice: 'No connection: searching what this device has kept.',
  serverNotice: 'The server of this site answers {detail}: searching what this device has kept.',
  workerRestarted: 'The search had stopped on this device and was started again.',
  asleep: 'The search sleeps to spare memory. The next one wakes it.',
  networkProblem: 'The search could not be loaded. Check your connection and try again.',
  bundleProblem: 'This catalogue cannot be searched right now.',
  modelProblem: 'The picture model of this catalogue cannot be used on this device.',
  workerProblem: 'The search stopped unexpectedly.',
  usageProblem: 'This search is not set up correctly.',
  otherProblem: 'Something went wrong.',
  notAPhotoFile: '“{name}” is not a photo. Drop a picture file, such as a JPEG or PNG.',
  notAPhoto:
    'That was not a photo. Save the picture on your device first, then drop the file here.',

  address: 'Or give the address of a picture',
  addressLabel: 'Address of a picture',
  addressSearch: 'Search',
  addressFetching: 'Fetching the picture from {host}…',
  addressNone:
    'That is not the address of a picture. It begins with https:// and leads to the picture itself.',
  addressRefused:
    '{host} cannot be reached, or does not hand its pictures to other pages. Save the picture on your device, then give the file here.',
  addressPolicy:
    'This page may not fetch pictures from other sites. Save the picture on your device, then give the file here.',
  addressOffline:
    'There is no connection to fetch the picture. Try again later, or give a photo of your own.',
  addressSlow: 'The picture from {host} did not come in time. Try again, or give the file here.',
  addressStatus:
    '{host} has no picture under this address (it answers {detail}). Check the address.',
  addressType:
    'This address leads to no picture but to {detail}. Open the picture by itself, and give its address.',
  addressSize: 'This picture is larger than {total} MB. Give a smaller one.',

  crop: 'Choose a part',
  cropDone: 'Done',
  cropAll: 'Whole photo',
  cropLabel: 'Frame around the part that is searched',
  cropHint:
    'Arrow keys move it, Shift with an arrow key changes its size, Escape takes the whole photo.',
  cropStatus: '{width} by {height} of the photo, {left} from the left, {top} from the top',
  cropWhole: 'The whole photo',
  turn: 'Turn',

  recent: 'Your last searches',
  recentClear: 'Clear',
  recentPhoto: 'Photo searched on {when}',

  cameraShoot: 'Take the photo',
  cameraOther: 'Other camera',
  cameraClose: 'Close',
  cameraDenied:
    'The camera may not be used here. Allow it in the settings of your browser, or choose a photo.',
  cameraNone: 'No camera was found. Connect one, or choose a photo.',
  cameraBusy:
    'The camera does not answer. Perhaps another program uses it: close that, or choose a photo.',
  cameraFailed: 'The camera cannot be used here. Choose a photo.',
};
