/** The build as a function: what `soutu/node` exports. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BuildReporter, build, SoutuError } from '../../src/node/index.ts';
import { writePhotos } from '../support/photos.ts';
import { tempFolder } from '../support/temp.ts';

const folder = await tempFolder();
const photos = join(folder, 'photos');
await writePhotos(photos, { 'a.png': 1, 'red/b.jpg': 2 });

test('builds a bundle, tells how far it is, and sums up', async () => {
  const told: string[] = [];
  const reporter: BuildReporter = {
    stage: (name, total) => told.push(total === undefined ? name : `${name} ${total}`),
    step: (done, reused = 0) => told.push(reused > 0 ? `${done}, ${reused} reused` : String(done)),
    warn: (line) => told.push(line),
  };
  const out = join(folder, 'bundle');
  const summary = await build({
    photos,
    out,
    bundleOnly: true,
    thumbSide: 32,
    reporter,
  });
  expect(told).toEqual(['Embedding 2', '1', '2', 'Indexing', 'Writing']);
  expect(summary).toMatchObject({
    out,
    model: 'vgg16-lite',
    counts: { photos: 2, indexed: 2, failed: 0 },
    bytes: { page: 0 },
  });
  expect(existsSync(join(out, 'manifest.json'))).toBe(true);

  told.length = 0;
  await writePhotos(photos, { 'c.png': 3 });
  await build({
    photos,
    out,
    bundleOnly: true,
    thumbSide: 32,
    reporter,
  });
  expect(told[0]).toBe('Checking 3');
  expect(told[3]).toBe('3, 2 reused');
});

test.each([
  [{ thumbSide: 5 }, 'build: "thumbSide" must be a whole number from 16 to 2048, got 5.'],
  [
    { maxPixels: 0.5 },
    `build: "maxPixels" must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, got 0.5.`,
  ],
  [{ threads: 0 }, 'build: "threads" must be a whole number from 1 to 256, got 0.'],
])('%j is refused before anything is read', async (options, message) => {
  const refused = build({ photos: join(folder, 'none'), out: join(folder, 'none'), ...options });
  await expect(refused).rejects.toThrow(
    expect.objectContaining({ name: 'UsageError', message }) as SoutuError,
  );
  await expect(refused).rejects.toBeInstanceOf(SoutuError);
});
