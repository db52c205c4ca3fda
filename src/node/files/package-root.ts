import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package: the checkout, or `node_modules/soutu`. Source and `dist` lie at different depths. */
export const PACKAGE_ROOT = nearestPackage(dirname(fileURLToPath(import.meta.url)));

/** @param path relative to the package's folder */
export const inPackage = (path: string): string => join(PACKAGE_ROOT, path);

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`No package.json above ${import.meta.url}`);
  return nearestPackage(parent);
}
