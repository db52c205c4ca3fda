/**
 * Installs the bundlers of package.json, at exact versions, in a folder outside of this project (once, then it is
 * used again), and the package of this working tree beside them.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import setupPackage, { npm } from '../../package/support/install.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder whose node_modules hold the bundlers and soutu. */
    bundlers: string;
    /** A folder whose node_modules hold the generators of sites and soutu. */
    generators: string;
  }
}

const VERSIONS = {
  bundlers: 'test/bundlers/package.json',
  generators: 'test/bundlers/generators/package.json',
} as const;

export default async function setup(project: TestProject) {
  let shop = '';
  const endPackage = await setupPackage({
    provide(key: string, value: string) {
      if (key === 'installed') shop = value;
      project.provide(key as 'installed', value);
    },
  } as TestProject);
  for (const name of ['bundlers', 'generators'] as const) {
    const folder = await installed(name);
    const soutu = join(folder, 'node_modules/soutu');
    await rm(soutu, { recursive: true, force: true });
    await cp(shop, soutu, { recursive: true });
    project.provide(name, folder);
  }
  return endPackage;
}

async function installed(name: keyof typeof VERSIONS): Promise<string> {
  const versions = await readFile(VERSIONS[name]);
  const hash = createHash('sha256').update(versions).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `soutu-${name}-${hash}`);
  if (existsSync(folder)) return folder;
  // Renamed at the end: a folder of this name is complete.
  const begun = `${folder}-${process.pid}`;
  await mkdir(begun, { recursive: true });
  await cp(VERSIONS[name], join(begun, 'package.json'));
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  await npm(['install', '--prefer-offline', '--ignore-scripts'], begun, env);
  await rename(begun, folder);
  return folder;
}
