import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withOwn } from '../../../../src/node/build/calibrate/own-thresholds.ts';
import { soutu } from '../../../support/command/run-soutu.ts';
import { writePhotos } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';

test('options win over the catalogue, each by itself', () => {
  expect(withOwn({}, {})).toEqual({});
  expect(withOwn({ match: 0.7, related: 0.3 }, {})).toEqual({ match: 0.7, related: 0.3 });
  expect(withOwn({ match: 0.7, related: 0.3 }, { match: 0.6 })).toEqual({
    match: 0.6,
    related: 0.3,
  });
  expect(() => withOwn({ related: 0.3 }, { match: 0.2 })).toThrow(
    '--related must not be above --match: 0.3 is above 0.2. Each may also come from the catalogue.',
  );
});

test('a folder of photos gets the thresholds of the command line', async () => {
  const root = await tempFolder();
  const photos = join(root, 'photos');
  await writePhotos(photos, { 'a.png': 1, 'b.png': 2, 'c.png': 3 });
  const flags = [
    '--bundle-only',
    '--no-cache',
    '--verbose',
    '--match',
    '0.55',
    '--related',
    '0.25',
  ];
  const built = await soutu('build', photos, '--out', join(root, 'bundle'), ...flags);
  expect(built.code).toBe(0);
  expect(built.stderr).toContain('Match: a score of 0.550 or more (as you set it)\n');
  expect(built.stderr).toContain('Nothing similar: a best score below 0.250 (as you set it)\n');
  const manifest = JSON.parse(await readFile(join(root, 'bundle/manifest.json'), 'utf8'));
  expect(JSON.stringify(manifest)).toContain('"match":0.55,"related":0.25');
  const refused = await soutu('build', photos, '--out', join(root, 'other'), '--match', '2');
  expect(refused).toMatchObject({
    code: 2,
    stderr: 'soutu build: --match must be a number from -1 to 1, got "2".\n',
  });
});
