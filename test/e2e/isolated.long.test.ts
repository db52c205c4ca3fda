/** Pages that may share memory between threads: the headers are all that a site has to send for it. */
import { cp } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildSite } from '../support/command/build-site.ts';
import { ISOLATED, largerModel } from '../support/larger-model.ts';
import { tempFolder } from '../support/temp.ts';
import { hitsOf, STRICT_CSP, search, visit } from './support/visit.ts';

const query = 'public/sample/queries/vase-001.jpg';
let site: string;

beforeAll(async () => {
  const folder = await tempFolder();
  const [photos, model] = [join(folder, 'photos'), join(folder, 'model')];
  site = join(folder, 'site');
  await largerModel(model);
  for (const photo of ['vase-001-1.jpg', 'vase-001-2.jpg', 'bowl-001-1.jpg', 'jug-001-1.jpg']) {
    await cp(`public/sample/photos/${photo}`, join(photos, photo));
  }
  await buildSite(photos, site, ['--model', model]);
});

test.skipIf(availableParallelism() < 2)(
  'two threads share the work, under a strict policy and trusted types; without the headers one does all',
  async () => {
    const csp = `${STRICT_CSP}; require-trusted-types-for 'script'`;
    const isolated = await visit(site, { csp, headers: ISOLATED });
    let engine = {};
    let vector: number[] = [];
    // The first search does not wait for the other thread.
    await expect
      .poll(async () => {
        ({ engine, vector } = await hitsOf(search(isolated.page, query)));
        return engine;
      })
      .toMatchObject({ embedder: 'kernel-fast', threads: expect.any(Number) });
    expect(isolated.requests.filter((path) => path.includes('kernel-thread'))).not.toEqual([]);

    const plain = await visit(site, { csp });
    const alone = await hitsOf(search(plain.page, query));
    expect(alone.engine).toEqual({ index: 'flat', embedder: 'kernel-fast' });
    expect(alone.vector).toEqual(vector);
    expect(plain.asked.filter((path) => path.includes('kernel-thread'))).toEqual([]);
  },
);

test('a thread whose script is missing is not missed', async () => {
  const { page, requests } = await visit(site, {
    headers: ISOLATED,
    expectConsole: /404/,
    answer(path, _, response) {
      if (!path.includes('kernel-thread')) return false;
      response.statusCode = 404;
      response.end();
      return true;
    },
  });
  expect((await hitsOf(search(page, query))).hits[0]?.group).toMatch(/^vase-001/);
  await expect
    .poll(
      () => requests.some((path) => path.includes('kernel-thread')) || availableParallelism() < 2,
    )
    .toBe(true);
  expect((await hitsOf(search(page, query))).engine).toEqual({
    index: 'flat',
    embedder: 'kernel-fast',
  });
});
