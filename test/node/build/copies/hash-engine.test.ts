/** `--engine phash`: a search without a model, from the build to an answer. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../../../src/core/bundle/manifest.ts';
import { parseModelSpec } from '../../../../src/core/model/spec.ts';
import { build } from '../../../../src/node/build/build.ts';
import type { BuildOptions } from '../../../../src/node/build/options.ts';
import { hashModel } from '../../../../src/node/model/phash.ts';
import { decodePhoto } from '../../../../src/node/photos/decode.ts';
import { MODIFICATIONS } from '../../../../src/node/photos/modifications.ts';
import { openEngine } from '../../../../src/node/search/open-engine.ts';
import { soutu } from '../../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const out = join(root, 'out');

beforeAll(async () => {
  await mkdir(photos);
  for (let seed = 30; seed < 38; seed++) {
    await scene(seed, 400, 300).toFile(join(photos, `${seed}.png`));
  }
  await build({ photos, out, bundleOnly: true, engine: 'phash' });
});

test('the bundle has no weights, and 288 bytes a photo', async () => {
  const manifest: Manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
  expect(manifest.model).toMatchObject({ family: 'phash', weights: { dtype: 'none', files: [] } });
  expect(manifest.index).toMatchObject({
    ...{ type: 'flat', dimension: 144, centre: null },
    calibration: { matchFrom: 'model', relatedFrom: 'model' },
  });
  expect(manifest.index.soft).toBeUndefined();
});

test('finds the original of modified pictures, and nothing for another picture', async () => {
  const engine = await openEngine(out);
  expect(engine.info()).toMatchObject({ model: 'phash', finds: 'copies' });
  const { image } = await decodePhoto(join(photos, '33.png'));
  for (const name of ['jpeg-40', 'thumbnail', 'dark', 'grey', 'warm', 'border-black']) {
    const apply = MODIFICATIONS.find((one) => one.name === name)?.apply;
    const { hits, matches } = await engine.search({ photo: await (apply?.(image) ?? image) });
    expect([name, hits[0]?.id, matches]).toEqual([name, '33.png', 1]);
  }
  const other = join(root, 'other.png');
  await scene(99, 400, 300).toFile(other);
  const {
    matches,
    bestScore,
    thresholds,
    engine: used,
  } = await engine.search({
    photo: (await decodePhoto(other)).image,
  });
  expect(matches).toBe(0);
  expect(bestScore).toBeLessThan(thresholds.related);
  expect(used.embedder).toBe('phash');
  await engine.dispose();
});

test('query, eval and a rebuild work with it', async () => {
  const query = await soutu('query', out, join(photos, '31.png'));
  expect(query.stdout).toMatch(/^1 likely match .*\n {2}1 {2}1\.0000 +31\.png/);
  const groups = join(root, 'groups.tsv');
  const names = [30, 31, 32, 33, 34, 35, 36, 37];
  await writeFile(groups, names.map((n) => `${n}.png\t${n >> 1}`).join('\n'));
  const evaluated = await soutu('eval', out, '--groups', groups, '--json');
  expect(evaluated.code).toBe(0);
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ queries: 8, answerable: 8 });
  const again = await build({ photos, out, bundleOnly: true, engine: 'phash' });
  expect(again.counts).toMatchObject({ indexed: 8, unchanged: 8 });
});

test('options of models are refused', async () => {
  await writePhotos(join(root, 'few'), { 'a.png': 1 });
  const refused = (more: Partial<BuildOptions>) =>
    build({ photos: join(root, 'few'), out: join(root, 'x'), engine: 'phash', ...more });
  await expect(refused({ model: 'vgg16' })).rejects.toThrow(
    'build: "model" is for models, and the engine phash has none. Leave one of the two out.',
  );
  await expect(refused({ colour: 0.2 })).rejects.toThrow('"colour" is for models');
  for (const index of ['parts', 'codes'] as const) {
    await expect(refused({ index })).rejects.toMatchObject({
      name: 'UsageError',
      message:
        `build: "index" must be "auto", "flat" or "hnsw" with the engine phash, got "${index}": its bits are compared as ` +
        'they are. Leave out --index or --parts.',
    });
  }
  await expect(refused({ engine: 'x' as 'phash' })).rejects.toThrow(
    'build: "engine" must be "phash", got "x".',
  );
  const { code, stderr } = await soutu('build', photos, '--out', out, '--engine', 'hash');
  expect(code).toBe(2);
  expect(stderr).toContain('--engine must be phash, got "hash". Without it, a model is used');
  const parts = await soutu('build', photos, '--out', out, '--engine', 'phash', '--parts');
  expect(parts.code).toBe(2);
  expect(parts.stderr).toContain('with the engine phash, got "parts"');
});

test('a model of this family without its dimension, or with weights, is refused', () => {
  const { spec } = hashModel();
  expect(parseModelSpec(spec, 'm.json')).toEqual(spec);
  expect(() => parseModelSpec({ ...spec, dimension: 64 }, 'm.json')).toThrow(
    'm.json: "dimension" must be 144, got 64.',
  );
  const files = [{ file: 'w.bin', bytes: 1, sha256: '0'.repeat(64) }];
  expect(() => parseModelSpec({ ...spec, weights: { dtype: 'none', files } }, 'm.json')).toThrow(
    '"weights.files"',
  );
});
