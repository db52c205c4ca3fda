/** A bundle on disk: whether its folder still has the release that was opened. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';
import { tinyModel } from '../../support/model-spec.ts';
import { tempFolder } from '../../support/temp.ts';

const folder = await tempFolder();

/** Only the manifest is read. */
function manifestWith(details: string) {
  const row = (file: string) => ({ file, bytes: 9, sha256: 'a'.repeat(64), first: 0, rows: 1 });
  const weights = { file: 'weights.bin', bytes: 9, sha256: 'b'.repeat(64) };
  return {
    format: 'soutu-bundle',
    version: 3,
    model: tinyModel(2, [weights]),
    items: { count: 1, columns: [row('columns.json')], details: [row(details)] },
    index: {
      type: 'flat',
      dimension: 2,
      metric: 'cosine',
      centre: null,
      calibration: { match: 0, related: 0, matchFrom: 'photos', relatedFrom: 'catalogue' },
      vectors: [row('vectors.bin')],
    },
    archive: [row('archive.bin')],
    cut: { vectors: 1, columns: 1, details: 1 },
  };
}

const publish = (text: string) => writeFile(join(folder, 'manifest.json'), text);
const release = (details: string) => publish(JSON.stringify(manifestWith(details)));

beforeAll(() => release('details-1.json'));

test('is replaced by a release with other titles only, not by the same one or a broken file', async () => {
  const source = folderSource(folder);
  const before = await Bundle.open(source);
  expect(await before.isReplaced()).toBe(false);
  await publish(JSON.stringify(manifestWith('details-1.json'), null, 2));
  expect(await before.isReplaced(), 'written in another way').toBe(false);
  await release('details-2.json');
  expect(await before.isReplaced()).toBe(true);
  const after = await Bundle.open(source);
  expect([await before.isReplaced(), await after.isReplaced()]).toEqual([true, false]);
  await publish('{"format": "soutu');
  expect(await after.isReplaced(), 'half of a manifest').toBe(false);
});

test('a release that is not published yet has no other after it', async () => {
  await release('details-1.json');
  const { manifest } = await Bundle.open(folderSource(folder));
  await release('details-3.json');
  expect(await (await Bundle.open(folderSource(folder, manifest))).isReplaced()).toBe(false);
});
