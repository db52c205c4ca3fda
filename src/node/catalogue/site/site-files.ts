/** The files of a built site, by their paths below its folder. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import type { LeftOut } from '../left-out.ts';

const IGNORED = new Set(['node_modules', '__macosx', '$recycle.bin']);

/** Every output of a build has it. */
const OWN_OUTPUT = 'soutu-page-files.txt';

/**
 * Links are not followed: they may lead in circles, or out of the site. Folders below the site that a build of Soutu
 * wrote are left out.
 * @param except the real path of a folder that is left out with all in it: what an earlier build wrote
 * @param leftOut takes the links
 * @returns paths with `/`, in the order of code units
 */
export async function siteFiles(
  root: string,
  except: string | undefined,
  leftOut: LeftOut,
): Promise<string[]> {
  const found: string[] = [];
  const waiting = [''];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    const folder = join(root, below);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      throw new SoutuError(
        'CatalogueError',
        `${folder}: cannot be read (${messageOf(error)}). Change its permissions or move it away.`,
        { cause: error },
      );
    });
    if (below !== '' && entries.some(({ name }) => name === OWN_OUTPUT)) continue;
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isSymbolicLink())
        leftOut.add('links of the file system are not followed', path);
      else if (entry.isDirectory() && !isLeftOut(entry.name, join(root, path), except)) {
        waiting.push(path);
      }
    }
  }
  return found.sort();
}

function isLeftOut(name: string, path: string, except: string | undefined): boolean {
  return path === except || name.startsWith('.git') || IGNORED.has(name.toLowerCase());
}

export function isPage(path: string): boolean {
  return /\.x?html?$/i.test(path);
}
