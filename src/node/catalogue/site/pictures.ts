/** Brings together what all pages show of one picture: its sizes and formats, and where it is seen. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../files/sha256.ts';
import type { SiteAddresses } from './addresses.ts';
import type { Occurrence, PageFacts } from './page-facts.ts';
import { type PictureHeader, readPictureHeader } from './picture-header.ts';
import { remoteKey, remoteStem, variantPairs } from './variants.ts';

export interface Sighting {
  readonly page: PageFacts;
  readonly occurrence: Occurrence;
}

export interface PictureFile {
  /** Below the site's folder, or a URL. */
  readonly address: string;
  readonly isRemote: boolean;
  readonly measured: PictureHeader | null;
  /** The widest that a page says of it; 0 if none does. */
  readonly claimed: number;
}

export interface Picture {
  /** The largest file of it. */
  readonly best: PictureFile;
  readonly files: readonly PictureFile[];
  /** In the order of the pages; never empty. */
  readonly sightings: readonly Sighting[];
}

export interface FoundPictures {
  readonly pictures: readonly Picture[];
  /** Pictures that pages show, but that are not there: URL ─▶ where. */
  readonly missing: ReadonlyMap<string, Sighting>;
}

/** More sets of files than this have a placeholder in common, not a picture. */
const MOST_SETS = 8;

/** @param root the site's folder */
export async function findPictures(
  pages: readonly PageFacts[],
  addresses: SiteAddresses,
  root: string,
): Promise<FoundPictures> {
  const missing = new Map<string, Sighting>();
  const seen: { readonly keys: string[]; readonly sighting: Sighting }[] = [];
  const files = new Map<string, { address: string; isRemote: boolean; claimed: number }>();
  for (const page of pages) {
    for (const occurrence of page.pictures) {
      const sighting = { page, occurrence };
      const keys: string[] = [];
      for (const { url, width } of occurrence.candidates) {
        const location = addresses.locate(url, page);
        if (!location) continue;
        const isRemote = location.kind === 'remote';
        const address = isRemote ? location.url : location.path;
        if (!isRemote && !addresses.hasFile(address)) {
          if (!missing.has(address)) missing.set(address, sighting);
          continue;
        }
        const claimed = Math.max(files.get(address)?.claimed ?? 0, width);
        files.set(address, { address, isRemote, claimed });
        keys.push(address);
      }
      if (keys.length > 0) seen.push({ keys: [...new Set(keys)], sighting });
    }
  }
  const measured = new Map<string, PictureFile>();
  for (const [address, file] of files) {
    const found = file.isRemote
      ? null
      : await readPictureHeader(join(root, address)).catch(() => null);
    measured.set(address, { ...file, measured: found });
  }
  const sets = new Sets();
  const shared = sharedPlaceholders(seen.map(({ keys }) => keys));
  for (const { keys } of seen) sets.join(keys.filter((key) => !shared.has(key)));
  for (const pair of pairsOf([...measured.values()], altsOf(seen))) sets.join(pair);
  for (const copies of await copiesIn([...measured.values()], root)) sets.join(copies);
  const grouped = new Map<string, { files: Set<string>; sightings: Sighting[] }>();
  for (const { keys, sighting } of seen) {
    const own = keys.filter((key) => !shared.has(key));
    const first = own[0] ?? keys[0] ?? '';
    const root = sets.rootOf(first);
    const group = grouped.get(root) ?? { files: new Set(), sightings: [] };
    for (const key of own.length > 0 ? own : [first]) group.files.add(key);
    group.sightings.push(sighting);
    grouped.set(root, group);
  }
  const pictures = [...grouped.values()].flatMap(({ files: names, sightings }): Picture[] => {
    const all = [...names].flatMap((name) => measured.get(name) ?? []);
    const [best] = all.toSorted(byWorth);
    return best ? [{ best, files: all, sightings }] : [];
  });
  return { pictures, missing };
}

/** Files that many unlike sets of candidates have in common. */
function sharedPlaceholders(all: readonly (readonly string[])[]): Set<string> {
  const setsOf = new Map<string, Set<string>>();
  for (const keys of all) {
    if (keys.length < 2) continue;
    const name = keys.join('\n');
    for (const key of keys) {
      const sets = setsOf.get(key) ?? new Set();
      if (sets.size <= MOST_SETS) sets.add(name);
      setsOf.set(key, sets);
    }
  }
  return new Set([...setsOf].flatMap(([key, sets]) => (sets.size > MOST_SETS ? [key] : [])));
}

/** Address ─▶ the text alternatives of the elements that show it. */
function altsOf(
  seen: readonly { readonly keys: readonly string[]; readonly sighting: Sighting }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const alts = new Map<string, Set<string>>();
  for (const { keys, sighting } of seen) {
    const { alt } = sighting.occurrence;
    if (!alt) continue;
    for (const key of keys) alts.set(key, (alts.get(key) ?? new Set()).add(alt));
  }
  return alts;
}

function pairsOf(
  files: readonly PictureFile[],
  alts: ReadonlyMap<string, ReadonlySet<string>>,
): [string, string][] {
  const local = files.flatMap(({ address: path, isRemote, measured }) =>
    isRemote ? [] : [{ path, width: measured?.width ?? 0, height: measured?.height ?? 0 }],
  );
  // Remote files are not measured: sizes in names count only for pictures with the same text alternative.
  const byKey = new Map<string, string>();
  const remote = files.flatMap(({ address, isRemote }): [string, string][] => {
    if (!isRemote) return [];
    const stems = [...(alts.get(address) ?? [])].map((alt) => `${remoteStem(address)}\n${alt}`);
    return [remoteKey(address), ...stems].flatMap((key): [string, string][] => {
      const other = byKey.get(key);
      if (other === undefined) byKey.set(key, address);
      return other === undefined || other === address ? [] : [[address, other]];
    });
  });
  return [...variantPairs(local), ...remote];
}

/** Smaller files with the same bytes are placeholders of several pictures. */
const MIN_COPY_SIDE = 100;

/** Files with the same bytes, as generators copy a picture for each page. */
async function copiesIn(files: readonly PictureFile[], root: string): Promise<string[][]> {
  const bySize = new Map<number, PictureFile[]>();
  for (const file of files) {
    const { bytes = 0, width = 0 } = file.measured ?? {};
    if (width >= MIN_COPY_SIDE) bySize.set(bytes, [...(bySize.get(bytes) ?? []), file]);
  }
  const found = new Map<string, string[]>();
  for (const alike of bySize.values()) {
    if (alike.length < 2) continue;
    for (const { address } of alike) {
      const bytes = await readFile(join(root, address)).catch(() => null);
      if (!bytes) continue;
      const hash = sha256(bytes);
      found.set(hash, [...(found.get(hash) ?? []), address]);
    }
  }
  return [...found.values()];
}

const FORMATS = ['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'];

/** Files of the site first, then the largest; of equal sizes, the format that decodes fastest. */
function byWorth(a: PictureFile, b: PictureFile): number {
  const rank = ({ measured }: PictureFile) => {
    const place = FORMATS.indexOf(measured?.kind ?? '');
    return place === -1 ? FORMATS.length : place;
  };
  // A file of the site that is no picture comes last, whatever a page says.
  const pixels = ({ isRemote, measured, claimed }: PictureFile) =>
    isRemote ? claimed * claimed : (measured?.width ?? 0) * (measured?.height ?? 0);
  return (
    Number(a.isRemote) - Number(b.isRemote) ||
    pixels(b) - pixels(a) ||
    rank(a) - rank(b) ||
    a.address.length - b.address.length ||
    (a.address < b.address ? -1 : 1)
  );
}

/** Disjoint sets of keys (union-find). */
class Sets {
  readonly #parents = new Map<string, string>();

  rootOf(key: string): string {
    let root = key;
    for (let up = this.#parents.get(root); up !== undefined; up = this.#parents.get(root))
      root = up;
    // The way is shortened for the next time.
    for (let one = key; one !== root; ) {
      const up = this.#parents.get(one) ?? root;
      this.#parents.set(one, root);
      one = up;
    }
    return root;
  }

  join(keys: readonly string[]): void {
    const [first, ...others] = keys;
    if (first === undefined) return;
    for (const other of others) {
      const [a, b] = [this.rootOf(first), this.rootOf(other)];
      if (a !== b) this.#parents.set(b, a);
    }
  }
}
