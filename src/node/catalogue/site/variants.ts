/** Which files are one picture in several sizes and formats, by their names and their measured sizes. */

/** A name may end with a size, which counts if the file has it: IMG_1024.jpg is mostly the 1024th photo. */
interface Sized {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** How far the aspect ratios of two sizes of a picture may differ, as sides are whole numbers of pixels. */
const SAME_RATIO = 0.03;

interface Member {
  readonly file: Sized;
  /** Whether its name alone shows that it belongs here, whatever its shape. */
  readonly isSure: boolean;
}

/** @returns pairs of paths of one picture each */
export function variantPairs(files: readonly Sized[]): [string, string][] {
  const byStem = new Map<string, Member[]>();
  // A stem with numbers that are no sizes: those of a camera, among which one may happen to be right.
  const numbered = new Map<string, number>();
  for (const file of files) {
    const bare = file.path.replace(/\.\w+$/, '');
    const { stems, number } = stemsOf(bare, file);
    for (const { stem, isSure } of stems) {
      byStem.set(stem, [...(byStem.get(stem) ?? []), { file, isSure }]);
    }
    if (number !== undefined) numbered.set(number, (numbered.get(number) ?? 0) + 1);
  }
  return [...byStem].flatMap(([stem, members]) => {
    if ((numbered.get(stem) ?? 0) >= members.length) return [];
    const [first, ...others] = members;
    // All with the first of their shape: pairs join into sets.
    const heads = first ? [first] : [];
    return others.flatMap((one): [string, string][] => {
      const head = heads.find(
        (other) => (one.isSure && other.isSure) || isSameShape(one.file, other.file),
      );
      if (!head) heads.push(one);
      return head ? [[one.file.path, head.file.path]] : [];
    });
  });
}

/** `number`: the stem of a name that ends with a number that is not its width. */
function stemsOf(
  bare: string,
  { width, height }: Sized,
): { stems: { stem: string; isSure: boolean }[]; number?: string } {
  const stems = [{ stem: bare, isSure: false }];
  // Astro: NAME.HASH_TRANSFORM, with the hash of the original.
  const [, astro] = /^(.*_astro\/.+\.[\w-]{8})(_[\w-]{4,8})?$/.exec(bare) ?? [];
  if (astro !== undefined) return { stems: [...stems, { stem: `${astro}\0`, isSure: true }] };
  const [, ofDensity] = /^(.+)@[1-4](?:\.\d)?x$/.exec(bare) ?? [];
  if (ofDensity !== undefined) stems.push({ stem: ofDensity, isSure: false });
  const [, ofBoth, w, h] = /^(.+)[-_.](\d{2,5})x(\d{2,5})$/.exec(bare) ?? [];
  if (ofBoth !== undefined && isNear(w, width) && isNear(h, height)) {
    stems.push({ stem: ofBoth, isSure: false });
  }
  const [, ofOne, size] = /^(.+)[-_.@](\d{1,5})(?:w|px)?$/.exec(bare) ?? [];
  if (ofOne === undefined || width === 0) return { stems };
  if (Number(size) !== width) return { stems, number: ofOne };
  return { stems: [...stems, { stem: ofOne, isSure: false }] };
}

function isNear(claimed: string | undefined, side: number): boolean {
  return side > 0 && Math.abs(Number(claimed) - side) <= 1;
}

function isSameShape(a: Sized, b: Sized): boolean {
  if (a.width === 0 || b.width === 0) return false;
  return Math.abs((a.width * b.height) / (a.height * b.width) - 1) <= SAME_RATIO;
}

const SIZE_PARAMETERS = new Set([
  ...['w', 'h', 'q', 'width', 'height', 'quality', 'dpr', 'fit', 'auto', 'fm', 'format'],
  ...['resize', 'ixlib', 'strip', 'ssl', 'zoom', 'sz', 'imwidth', 'imheight'],
]);

/** The URL without what asks an image service for a size or format: the same for all sizes of a picture. */
export function remoteKey(url: string): string {
  const address = new URL(url);
  for (const name of [...address.searchParams.keys()]) {
    if (SIZE_PARAMETERS.has(name.toLowerCase())) address.searchParams.delete(name);
  }
  return address.href;
}

/**
 * The URL without sizes in its path, as Shopify, WordPress and Cloudinary write them. They may be sizes of the thing,
 * too (`table-80x120.jpg`), so that alone they prove nothing.
 */
export function remoteStem(url: string): string {
  const address = new URL(remoteKey(url));
  address.pathname = address.pathname
    .replace(/_\d{2,4}x(\d{2,4})?(?=\.\w+$)/, '')
    .replace(/-\d{2,4}x\d{2,4}(?=\.\w+$)/, '')
    .replace(/\/upload\/(?:[a-z]{1,3}_[\w.:]+(?:,[a-z]{1,3}_[\w.:]+)*\/)+/, '/upload/');
  return address.href;
}
