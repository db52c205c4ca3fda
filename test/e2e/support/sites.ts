/** Builds the sites that the end-to-end tests look at, once for all of them, by the real command. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildSite } from '../../support/command/build-site.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The sample shop, as `npm start` makes it. */
    sampleSite: string;
  }
}

export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-e2e-'));
  const site = join(folder, 'sample');
  // Some tests choose ONNX Runtime.
  await buildSite('public/sample/catalogue.json', site, ['--onnxruntime']);
  project.provide('sampleSite', site);
  return () => rm(folder, { recursive: true, force: true });
}
