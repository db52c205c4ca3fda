import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../../src/node/build/build.ts';
import { type StaticServer, serveFolder } from '../../../src/node/serve/static-server.ts';

const QUERIES = fileURLToPath(new URL('../../../public/sample/queries', import.meta.url));

export interface SampleSite {
  readonly server: StaticServer;
  /** Paths of query photos, relative to the site. */
  readonly photos: readonly string[];
  close(): Promise<void>;
}

/** Builds a site from the sample's 90 query photos, and serves the site and the photos. */
export async function serveSampleSite(): Promise<SampleSite> {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  console.error('Building a site of 90 photos');
  await build({ photos: QUERIES, out: folder });
  await cp(QUERIES, join(folder, 'queries'), { recursive: true });
  const server = await serveFolder(folder, { port: 0 });
  const photos = (await readdir(QUERIES)).map((name) => `queries/${name}`);
  return {
    server,
    photos,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
