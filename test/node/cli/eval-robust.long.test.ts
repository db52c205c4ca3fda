import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { smallBundle } from '../../../scripts/fuzz/small-bundle.ts';
import { command } from '../../../src/node/cli/eval.ts';
import { MODIFICATIONS } from '../../../src/node/photos/modifications.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const bundle = join(root, 'bundle');

/** Four things; of the first two there is a second, slightly brighter photo. */
beforeAll(async () => {
  await writePhotos(photos, { '1a.png': 1, '2a.png': 2, '3a.png': 3, '4a.png': 4 });
  for (const n of [1, 2]) {
    await scene(n)
      .modulate({ brightness: 1.04 })
      .toFile(join(photos, `${n}b.png`));
  }
  const items = ['1a', '1b', '2a', '2b', '3a', '4a'].map((id) => ({
    id,
    image: `${id}.png`,
    group: `thing ${id[0]}`,
  }));
  await writeFile(join(photos, 'catalogue.json'), JSON.stringify(items));
  await smallBundle(join(photos, 'catalogue.json'), bundle);
});

test('each modification has both shares, and the means are of the modifications only', async () => {
  const ran = await soutu('eval', bundle, '--robust', '--photos', photos, '--json');
  expect(ran.code).toBe(0);
  const { robust } = JSON.parse(ran.stdout);
  expect(robust).toMatchObject({ photos: 6, unchanged: { name: 'unchanged', own: 1, same: 1 } });
  const rows: { name: string; own: number; same: number }[] = robust.modifications;
  expect(rows.map(({ name }) => name)).toEqual(MODIFICATIONS.map(({ name }) => name));
  for (const { own, same } of rows) {
    // Six photos are asked, four of which have another of their group.
    expect((own * 6) % 1).toBeCloseTo(0, 9);
    expect((same * 4) % 1).toBeCloseTo(0, 9);
  }
  const shareOf = (name: string) => rows.find((row) => row.name === name)?.own;
  // A nearly equal twin may come first, here and above; a thing of which there is one photo must find it.
  expect(shareOf('border-black')).toBeGreaterThanOrEqual(2 / 6);
  expect(shareOf('mirrored')).toBeGreaterThanOrEqual(2 / 6);
  const own = rows.reduce((sum, row) => sum + row.own, 0) / rows.length;
  expect(robust.mean.own).toBeCloseTo(own, 10);
});

test('as text, from the thumbnails of a sample, the same figures again', async () => {
  const first = await soutu('eval', bundle, '--robust', '--sample', '2');
  expect(first.stdout).toMatch(/^2 photos, from the bundle's thumbnails\n +itself {2}same thing\n/);
  expect(first.stdout).toMatch(/\nunchanged +[01]\.\d{3} +/);
  expect(first.stdout).toMatch(/\nmean of the modifications +[01]\.\d{3} +/);
  expect((await soutu('eval', bundle, '--robust', '--sample', '2')).stdout).toBe(first.stdout);
});

test('options without --robust, and a folder without the photos', async () => {
  const run = (values: Record<string, string | boolean>) =>
    command.run({ positionals: [bundle], values });
  await expect(run({ sample: '2' })).rejects.toMatchObject({
    name: 'UsageError',
    message: '--photos and --sample need --robust.',
  });
  await expect(run({ robust: true, photos: join(root, 'elsewhere') })).rejects.toThrow(
    /elsewhere\/\d[ab]\.png: .* --photos must be the folder of photos, or that of the catalogue\.json, from which the bundle was built\.$/,
  );
});
