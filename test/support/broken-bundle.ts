/** Copies of a bundle with one thing broken. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../src/core/bundle/manifest.ts';
import { graphOf } from '../../src/core/bundle/manifest-files.ts';
import type { FileRef } from '../../src/core/file-ref.ts';

export const PARTS = ['weights', 'columns', 'details', 'vectors', 'graph'] as const;
export type Part = (typeof PARTS)[number];

export const DAMAGES = {
  missing: async (path: string) => rm(path),
  'cut short': async (path: string) => writeFile(path, (await readFile(path)).subarray(0, -7)),
  empty: async (path: string) => writeFile(path, ''),
  'another of the same size': async (path: string) => {
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = 255 - (bytes[bytes.length >> 1] ?? 0);
    await writeFile(path, bytes);
  },
} as const;

const manifestIn = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));

/** The first file of a part, as the manifest names it. */
export async function fileOf(folder: string, part: Part): Promise<FileRef> {
  const { model, items, index } = await manifestIn(folder);
  const files = {
    weights: model.weights.files,
    columns: items.columns,
    details: items.details,
    vectors: index.vectors,
    graph: graphOf(index),
  };
  return files[part][0] as FileRef;
}

/** @returns `to`, a copy of the bundle with that file damaged */
export async function brokenCopy(
  bundle: string,
  to: string,
  part: Part,
  damage: keyof typeof DAMAGES,
): Promise<string> {
  await cp(bundle, to, { recursive: true });
  await DAMAGES[damage](join(to, (await fileOf(to, part)).file));
  return to;
}

/** @param change the manifest's new text, from what it was */
export async function withManifest(
  bundle: string,
  to: string,
  change: (manifest: Manifest) => unknown,
): Promise<string> {
  await cp(bundle, to, { recursive: true });
  const changed = change(await manifestIn(to));
  const text = typeof changed === 'string' ? changed : JSON.stringify(changed);
  await writeFile(join(to, 'manifest.json'), text);
  return to;
}
