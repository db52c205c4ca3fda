/** Packages that few users need are optional peers: loaded when needed, and asked for by name if missing. */
import { readFileSync } from 'node:fs';
import { SoutuError } from '../../core/errors.ts';
import { inPackage } from './package-root.ts';

export type OptionalPackage = 'h5wasm' | 'jiti' | 'mysql2' | 'node-sqlite3-wasm' | 'pg' | 'undici';

/**
 * @param need what cannot be done without the package: `Reading HDF5 files`
 * @param load imports the package
 * @throws SoutuError `UsageError` with the command that installs it
 */
export async function loadOptional<T>(
  name: OptionalPackage,
  need: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw missingPackage(name, need, error);
  }
}

export function missingPackage(name: OptionalPackage, need: string, cause?: unknown): SoutuError {
  return new SoutuError(
    'UsageError',
    `${need} needs the package ${name}, which is not installed. Install it beside Soutu: npm install ` +
      `${name}@${versionOf(name)} (with -g if Soutu is installed globally).`,
    { cause },
  );
}

function versionOf(name: OptionalPackage): string {
  const { peerDependencies } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as {
    peerDependencies: Record<OptionalPackage, string>;
  };
  return peerDependencies[name];
}
