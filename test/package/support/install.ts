/** Packs the package and installs it in an empty project, once for all tests; builds a bundle there. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** An empty project with the package in its node_modules, and three photos in `photos`. */
    project: string;
    /** The package as it was installed. */
    installed: string;
    tarball: string;
  }
}

const run = promisify(execFile);

/** One of each kind: enough for a search to be right or wrong. */
export const PHOTOS = ['bowl-001-1.jpg', 'mug-001-1.jpg', 'vase-001-1.jpg'];

export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-package-'));
  const shop = join(folder, 'shop');
  await mkdir(join(shop, 'photos'), { recursive: true });
  // npm of a fresh shell: vitest's own variables would make packages behave as in a test.
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  await npm(['pack', '--pack-destination', folder], process.cwd(), env);
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error('npm pack wrote no tarball');
  const manifest = { name: 'shop', private: true, type: 'module' };
  await writeFile(join(shop, 'package.json'), JSON.stringify(manifest));
  for (const photo of PHOTOS) {
    await cp(`public/sample/photos/${photo}`, join(shop, 'photos', photo));
  }
  await npm(['install', '--prefer-offline', join(folder, tarball)], shop, env);
  project.provide('project', shop);
  project.provide('installed', join(shop, 'node_modules/soutu'));
  project.provide('tarball', join(folder, tarball));
  return () => rm(folder, { recursive: true, force: true });
}

export async function npm(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  // On Windows npm is a script that only a shell starts.
  const options = { cwd, env, shell: process.platform === 'win32' };
  await run('npm', [...args, '--no-audit', '--no-fund'], options).catch((error) => {
    throw new Error(`npm ${args[0]} failed:\n${error.stdout}\n${error.stderr}`);
  });
}
