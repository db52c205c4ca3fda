/** Engines that are Python packages: a virtual environment for each, in the folder of the cache. */
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { runProgram } from './run-program.ts';

/**
 * @param packages with versions: `milvus-lite==3.2.2`
 * @returns the environment's `python`
 */
export async function pythonWith(name: string, packages: readonly string[]): Promise<string> {
  const versions = packages.map((one) => one.replace('==', '-')).join('_');
  const folder = await installOnce(`${name}-${versions}`, async (partial) => {
    await runProgram('python3', ['-m', 'venv', partial]);
    // By module: the programs of an environment name the folder in which they were installed.
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await runProgram(join(partial, 'bin/python'), pip);
  });
  return join(folder, 'bin/python');
}
