/** The feature maps that engines hand over, and the things that a search finds with them. */
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { smallBundle } from '../../scripts/fuzz/small-bundle.ts';
import type { RgbaImage } from '../../src/core/image/pixels.ts';
import type { FeatureMap } from '../../src/core/model/head.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import { createKernelEmbedder } from '../../src/engine/kernel/kernel-embedder.ts';
import { nodeKernelOptions } from '../../src/node/model/embedder/kernel-node.ts';
import { createNodeEmbedder } from '../../src/node/model/embedder/onnx-node.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { writePhotos } from '../support/photos.ts';
import { tempFolder } from '../support/temp.ts';
import { tinyModel } from '../support/tiny-model.ts';

const QUERIES = 'public/sample/queries';
const random = seededRandom(4);

async function mapsOf(embedder: Embedder, photo: RgbaImage) {
  const maps: { window: number; map: FeatureMap }[] = [];
  await embedder.embed(photo, undefined, ({ data, ...map }, window) => {
    maps.push({ window, map: { ...map, data: data.slice() } });
  });
  await embedder.dispose();
  return maps;
}

test('kernel and ONNX Runtime hand over the same map of each view', async () => {
  const { input } = tinyModel({}).spec;
  const views = [{ window: 1 }, { window: 0.8, width: 48, height: 64 }];
  const { spec, file, tensors } = tinyModel({ pooling: 'rgem', input: { ...input, views } });
  const data = Uint8Array.from({ length: 40 * 30 * 4 }, () => random() * 256);
  const photo = { width: 40, height: 30, data };
  const onnx = await mapsOf(await createNodeEmbedder(spec, [file]), photo);
  const kernel = await mapsOf(
    await createKernelEmbedder(spec, new Map(tensors), nodeKernelOptions('deterministic')),
    photo,
  );
  const shapes = (maps: typeof onnx) =>
    maps.map(({ window, map: { channels, width, height } }) => [window, channels, width, height]);
  expect(shapes(kernel)).toEqual(shapes(onnx));
  expect(shapes(kernel).map(([window]) => window)).toEqual([1, 0.8]);
  for (const [i, { map }] of kernel.entries()) {
    const expected = onnx[i]?.map.data as Float32Array;
    expect(expected.some((value) => value > 0)).toBe(true);
    map.data.forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] as number, 3);
    });
  }
});

test('of two things in a photo, each gets a frame; one that fills it, and a vector, get none', async () => {
  const root = await tempFolder();
  await writePhotos(join(root, 'photos'), { '1.png': 1, '2.png': 2 });
  await smallBundle(join(root, 'photos'), join(root, 'bundle'));
  const engine = await openEngine(join(root, 'bundle'));
  const side = (name: string) =>
    sharp(join(QUERIES, `${name}.jpg`))
      .resize(256)
      .toBuffer();
  const pixels = async (photo: Buffer): Promise<RgbaImage> => {
    const { data, info } = await sharp(photo)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  };
  const both = await sharp({ create: { width: 512, height: 256, channels: 3, background: '#fff' } })
    .composite([
      { input: await side('vase-006'), left: 0, top: 0 },
      { input: await side('bottle-006'), left: 256, top: 0 },
    ])
    .png()
    .toBuffer();
  const { subjects, vector } = await engine.search({ photo: await pixels(both) });
  expect(subjects).toHaveLength(2);
  const [left, right] = [...subjects].sort((a, b) => a.left - b.left);
  expect((left?.left ?? 1) + (left?.width ?? 1)).toBeLessThanOrEqual(0.5);
  expect(right?.left).toBeGreaterThanOrEqual(0.5);
  const alone = await engine.search({ photo: await pixels(await side('vase-006')) });
  expect(alone.subjects).toEqual([]);
  expect((await engine.search({ vector: vector as Float32Array })).subjects).toEqual([]);
  await engine.dispose();
});
