/** Builds the sites that the end-to-end tests look at, once for all of them, by the real command. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The sample shop, as `npm start` makes it. */
    sampleSite: string;
  }
}

export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-e2e-'));
  const site = join(folder, 'sample');
  await buildSite('public/sample/catalogue.json', site);
  project.provide('sampleSite', site);
  return () => rm(folder, { recursive: true, force: true });
}

/** Runs `soutu build`; what it said is in the error where it fails. */
export function buildSite(photos: string, out: string, flags: string[] = []): Promise<void> {
  const args = ['--import', 'tsx', 'scripts/soutu.ts', 'build', photos, '--out', out, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`soutu build ended with ${code}:\n${said}`)),
    );
  });
}
