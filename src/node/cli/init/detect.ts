/** What a folder looks like: where its photos may be, and what builds its site. */
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isNamedLikePhoto } from '../../photos/readable.ts';

export interface Found {
  /** For `photos`: relative to the folder. */
  readonly source: string;
  /** Why, in a few words. */
  readonly about: string;
}

export interface Detected {
  /** The most likely first. */
  readonly sources: readonly Found[];
  /** What builds the site; null if nothing known does. */
  readonly framework: Framework | null;
  readonly hasTypeScript: boolean;
  /** Whether a config in TypeScript can be read. */
  readonly canReadTypeScript: boolean;
  /** Whether Soutu is installed in the folder, so that a config can import it. */
  readonly hasSoutu: boolean;
}

export interface Framework {
  readonly name: string;
  /** Where it takes files that it copies into the site as they are. */
  readonly statics: string;
}

const FRAMEWORKS: readonly (Framework & { readonly file: RegExp })[] = [
  { name: 'Astro', statics: 'public', file: /^astro\.config\.\w+$/ },
  { name: 'Next.js', statics: 'public', file: /^next\.config\.\w+$/ },
  { name: 'Nuxt', statics: 'public', file: /^nuxt\.config\.\w+$/ },
  { name: 'SvelteKit', statics: 'static', file: /^svelte\.config\.\w+$/ },
  { name: 'Hugo', statics: 'static', file: /^hugo\.(toml|ya?ml|json)$/ },
  { name: 'Vite', statics: 'public', file: /^vite\.config\.\w+$/ },
];

const NOT_SEARCHED = /^(\.|node_modules$|dist$|_site$|coverage$)/;
const OWN_FILES = ['soutu-page-files.txt', 'manifest.json'];
/** Folders below the working folder that are looked into. */
const DEPTH = 3;
const MOST_FOLDERS = 2000;
/** Folders in which a project has logos and icons, too, so that they are no catalogue as a whole. */
const OF_A_PROJECT = /(^|\/)(public|static|src|assets|app|content|themes)$/;

export async function detect(folder: string): Promise<Detected> {
  const top = await readdir(folder, { withFileTypes: true });
  const names = top.map(({ name }) => name).sort();
  const files = top.filter((entry) => entry.isFile()).map(({ name }) => name);
  const tables = files
    .filter((name) => /\.(csv|tsv|ndjson|jsonl)$/i.test(name))
    .sort()
    .map((name) => ({ source: name, about: 'a table' }));
  const feeds = files
    .filter((name) => /(feed|products|sitemap).*\.xml$/i.test(name))
    .sort()
    .map((name) => ({ source: name, about: 'a feed' }));
  const catalogue = files.includes('catalogue.json')
    ? [{ source: 'catalogue.json', about: 'a catalogue' }]
    : [];
  const folders = await photoFolders(folder);
  return {
    sources: [...catalogue, ...tables, ...feeds, ...folders],
    framework: FRAMEWORKS.find(({ file }) => names.some((name) => file.test(name))) ?? null,
    hasTypeScript: names.includes('tsconfig.json'),
    canReadTypeScript: await canReadTypeScript(),
    hasSoutu: await readdir(join(folder, 'node_modules', 'soutu')).then(
      () => true,
      () => false,
    ),
  };
}

async function canReadTypeScript(): Promise<boolean> {
  const { typescript } = process.features as { typescript?: unknown };
  return (
    Boolean(typescript) ||
    (await import('jiti').then(
      () => true,
      () => false,
    ))
  );
}

/** The topmost folders with photos in them, those with most photos first. */
async function photoFolders(root: string): Promise<Found[]> {
  const found: { path: string; count: number }[] = [];
  const waiting = [{ path: '', depth: 0 }];
  let seen = 0;
  for (let next = waiting.shift(); next && seen < MOST_FOLDERS; next = waiting.shift(), seen++) {
    const { path, depth } = next;
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
    // What a build of ours has written.
    if (entries.some(({ name }) => OWN_FILES.includes(name))) continue;
    const count = entries.filter((one) => one.isFile() && isNamedLikePhoto(one.name)).length;
    if (count > 0 && path !== '') found.push({ path, count });
    if (depth === DEPTH) continue;
    for (const entry of entries) {
      if (!entry.isDirectory() || NOT_SEARCHED.test(entry.name)) continue;
      waiting.push({ path: path === '' ? entry.name : `${path}/${entry.name}`, depth: depth + 1 });
    }
  }
  return [...asCatalogues(new Map(found.map(({ path, count }) => [path, count])))]
    .sort((a, b) => b[1] - a[1])
    .map(([path, count]) => ({
      source: path,
      about: count === 1 ? 'a folder with 1 photo' : `a folder with ${count} photos`,
    }));
}

/**
 * The folders that are catalogues, from the folders with photos and their numbers. Photos in sub-folders belong to the
 * folder above, which is read with them. Several folders in one that has no photos of its own are one catalogue, too:
 * photos are often sorted into folders by their kind.
 */
function asCatalogues(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const topmost = new Map<string, number>();
  const byDepth = [...counts].sort(([a], [b]) => a.split('/').length - b.split('/').length);
  for (const [path, count] of byDepth) {
    const above = [...topmost.keys()].find((one) => path.startsWith(`${one}/`)) ?? path;
    topmost.set(above, (topmost.get(above) ?? 0) + count);
  }
  const parents = [...topmost.keys()].map((path) => posix.dirname(path));
  const shared = parents.find(
    (parent, i) => parent !== '.' && parents.indexOf(parent) < i && !OF_A_PROJECT.test(parent),
  );
  return shared === undefined ? topmost : asCatalogues(new Map([[shared, 0], ...topmost]));
}
