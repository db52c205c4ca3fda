/** Rotations, chosen by measurement: photos of things that lie any way up, and of things that stand. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { build } from '../../../../src/node/build/build.ts';
import type { BuildOptions, BuildSummary } from '../../../../src/node/build/options.ts';
import { describeRotations } from '../../../../src/node/cli/build/describe-choices.ts';
import { decodePhoto } from '../../../../src/node/photos/decode.ts';
import { openEngine } from '../../../../src/node/search/open-engine.ts';
import { tempFolder } from '../../../support/temp.ts';

const THINGS = 8;
const SIDE = 96;

/** Stripes of two colours across a gradient: nothing of it looks the same after a rotation by 90°. */
async function paint(thing: number, seed: number, turns: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const data = Buffer.alloc(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const stripe = Math.floor((y * (3 + thing)) / SIDE) % 2;
      const base = [90 + 100 * stripe, 60 + x, 200 - 60 * stripe];
      for (let c = 0; c < 3; c++) {
        data[(y * SIDE + x) * 3 + c] = (base[c] as number) * 0.9 + random() * 20;
      }
    }
  }
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  return sharp(data, { raw })
    .rotate(90 * turns)
    .png()
    .toBuffer();
}

/** Two photos of each thing. */
async function shop(folder: string, isFlat: boolean): Promise<string> {
  await mkdir(folder);
  const items: object[] = [];
  for (let i = 0; i < THINGS * 2; i++) {
    const thing = i >> 1;
    const image = `${i}.png`;
    await writeFile(join(folder, image), await paint(thing, i, isFlat ? i % 2 : 0));
    items.push({ id: image, image, group: `thing ${thing}` });
  }
  await writeFile(join(folder, 'catalogue.json'), JSON.stringify(items));
  return join(folder, 'catalogue.json');
}

const built = async (
  photos: string,
  out: string,
  more: Partial<BuildOptions>,
): Promise<BuildSummary> =>
  build({
    photos,
    out,
    bundleOnly: true,
    soft: false,
    colour: 0,
    thumbSide: 16,
    threads: 1,
    ...more,
  });

test('auto takes them where the photos of a thing are turned, and a turned photo finds its own', async () => {
  const root = await tempFolder();
  const flat = await shop(join(root, 'flat'), true);
  const { rotations } = await built(flat, join(root, 'out'), { rotations: 'auto' });
  expect(rotations).toMatchObject({ rotations: true, by: 'measured' });
  expect(rotations.measured?.with.mAP).toBeGreaterThan(
    (rotations.measured?.without.mAP ?? 1) + 0.1,
  );
  expect(describeRotations(rotations)).toEqual([
    expect.stringMatching(
      /^Rotations: photos are compared in all four, which takes four times as long, measured on photos of the catalogue's groups \(mean average precision \/ right first hits [01]\.\d{3} \/ [01]\.\d{3} without, [01]\.\d{3} \/ [01]\.\d{3} with\)\. --rotations on saves measuring next time$/,
    ),
  ]);
  const engine = await openEngine(join(root, 'out'));
  try {
    expect(engine.bundle.manifest.model.input.views).toHaveLength(8);
    const photo = join(root, 'turned.png');
    await writeFile(photo, await paint(4, 8, 3));
    const { hits } = await engine.search({ photo: (await decodePhoto(photo, 1e6)).image });
    expect(hits[0]).toMatchObject({ id: '8.png' });
    expect(hits[0]?.score).toBeGreaterThan(0.999);
  } finally {
    await engine.dispose();
  }
});

test('auto leaves things that stand alone', async () => {
  const root = await tempFolder();
  const upright = await shop(join(root, 'upright'), false);
  const { rotations } = await built(upright, join(root, 'out'), { rotations: 'auto' });
  expect(rotations).toMatchObject({ rotations: false, by: 'measured' });
  expect(describeRotations(rotations)[0]).toMatch(
    /^Rotations: photos are compared as they are, measured/,
  );
});

test('a release keeps them while nothing is lost, so that nothing is embedded again', async () => {
  const root = await tempFolder();
  const upright = await shop(join(root, 'upright'), false);
  const out = join(root, 'out');
  await built(upright, out, { rotations: true });
  const kept = await built(upright, out, { rotations: 'auto' });
  expect(kept.rotations, 'a release keeps them while nothing is lost').toMatchObject({
    rotations: true,
    by: 'measured',
  });
  expect(kept.counts.unchanged, 'so that nothing is embedded again').toBe(THINGS * 2);
  const fresh = await built(upright, out, { rotations: 'auto', fresh: true });
  expect(fresh.rotations.rotations).toBe(false);
});

test('without groups nothing is measured', async () => {
  const root = await tempFolder();
  await shop(join(root, 'upright'), false);
  const alone = await built(join(root, 'upright'), join(root, 'alone'), {
    rotations: 'auto',
  });
  expect(alone.rotations).toEqual({ rotations: false, by: 'default', measured: null });
  expect(describeRotations(alone.rotations)[0]).toContain('not measured: fewer than 8 groups');
});
