/** Every word that the element says. Nothing else in this folder holds a sentence. */
import type { ErrorCode } from '../core/errors.ts';

const LOCALE = 'en';

const whole = new Intl.NumberFormat(LOCALE);
const megabytes = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** What went wrong in a visitor's words; the error's own message stands below it. */
const problems: Partial<Record<string, string>> = {
  NetworkError: 'The search could not be loaded. Check your connection and try again.',
  BundleError: 'This catalogue cannot be searched right now.',
  ModelError: 'The picture model of this catalogue cannot be used on this device.',
  IndexError: 'This catalogue cannot be searched right now.',
  WorkerError: 'The search stopped unexpectedly.',
  UsageError: 'This search is not set up correctly.',
} satisfies Partial<Record<ErrorCode, string>>;

export const words = {
  label: 'Search by picture',
  drop: 'Drop or paste a photo here',
  dropNow: 'Let go to search with this photo',
  give: 'Start with a photo of something you like',
  choose: 'Choose a photo',
  another: 'Another photo',
  take: 'Take a photo',
  private: 'Your photo stays on this device.',
  yourPhoto: 'Your photo',
  noPreview: 'No preview',
  noPicture: 'No picture',

  starting: 'Reading your photo…',
  steps: {
    manifest: 'Opening the catalogue…',
    engine: 'Getting ready…',
    photo: 'Reading your photo…',
    embed: 'Looking at your photo…',
    search: 'Comparing it with the catalogue…',
  },
  downloads: { index: 'Loading the catalogue', model: 'Loading the picture model' },
  fromDevice: (what: string) => `${what} from this device…`,
  /** Without figures, for those who listen. */
  underWay: (what: string) => `${what}…`,
  bytes: (what: string, loaded: number, total: number) =>
    total < 100_000
      ? `${what}…`
      : `${what}: ${megabytes.format(loaded / 1e6)} of ${megabytes.format(total / 1e6)} MB`,

  similar: (count: number, atLeast: boolean) => {
    const few = count === 1 ? '1 similar picture' : `${whole.format(count)} similar pictures`;
    return atLeast ? `At least ${few}` : few;
  },
  nearest: 'The nearest pictures',
  nearestWhy: (similar: number) =>
    similar === 0
      ? 'None of these is really similar to your photo.'
      : similar === 1
        ? 'Only the first is really similar to your photo.'
        : `Only the first ${whole.format(similar)} are really similar to your photo.`,
  nothing: 'Nothing similar found',
  nothingWhy:
    'No picture here looks much like yours. A photo that shows one thing, large and in good light, finds more.',
  showNearest: 'Show the nearest anyway',
  showMore: 'Show more',
  showingMore: 'Loading more…',
  /** @param total null where nobody knows it */
  moreShown: (shown: number, total: number | null) =>
    total === null
      ? `${whole.format(shown)} pictures shown`
      : `${whole.format(shown)} of ${whole.format(total)} pictures shown`,
  moreFailed: 'The next pictures could not be loaded.',
  tryAgain: 'Try again',

  alike: (cosine: number) => `${Math.round(Math.max(0, cosine) * 100)}\u00a0% alike`,
  cosine: (cosine: number) => `Cosine ${cosine.toFixed(3)}`,
  moreViews: (count: number) => (count === 1 ? '1 more view' : `${whole.format(count)} more views`),
  price: (amount: number, currency: string | undefined) => {
    if (currency && /^[a-z]{3}$/i.test(currency)) {
      return new Intl.NumberFormat(LOCALE, {
        style: 'currency',
        currency,
        ...(Number.isInteger(amount) ? { maximumFractionDigits: 0 } : {}),
      }).format(amount);
    }
    return new Intl.NumberFormat(LOCALE, {
      minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
      maximumFractionDigits: 2,
    }).format(amount);
  },
  fact: (name: string, value: number) => `${name} ${whole.format(value)}`,

  problem: (code: string) => problems[code] ?? 'Something went wrong.',
  notAPhoto: (name: string | undefined) =>
    name
      ? `“${name}” is not a photo. Drop a picture file, such as a JPEG or PNG.`
      : 'That was not a photo. Save the picture on your device first, then drop the file here.',
  noBundle:
    '<soutu-search> has no catalogue: set its "bundle" attribute to the folder that `soutu build` wrote.',
} as const;
