/** The preset `keras` against Pillow's own pixels (test/fixtures/make-pillow-keras.py). */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resizeNearest } from '../../../src/core/image/nearest.ts';
import { preprocess } from '../../../src/core/image/preprocess.ts';
import { type InputSpec, PRESETS } from '../../../src/core/model/input-spec.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import pillow from '../../fixtures/pillow-keras.json' with { type: 'json' };
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const inputOf = (width: number, height: number): InputSpec => ({
  width,
  height,
  resize: 'stretch',
  ...PRESETS.keras,
  channels: 'RGB',
  mean: [0, 0, 0],
  scale: [1, 1, 1],
});

/** Planes back to interleaved bytes. */
function interleaved(planes: Float32Array): Uint8Array {
  const plane = planes.length / 3;
  return Uint8Array.from(planes, (_, i) => planes[(i % 3) * plane + Math.floor(i / 3)] as number);
}

describe('from the file to the pixels of the model, equal to Pillow', () => {
  const files = new Map(pillow.cases.flatMap(({ name, file }) => (file ? [[name, file]] : [])));

  test.each(pillow.cases)('$name to $to', async ({ name, to, sha256: expected, rgb }) => {
    const [width, height] = to as [number, number];
    const input = inputOf(width, height);
    const path = join(root, `${name}-${width}`);
    await writeFile(path, Buffer.from(files.get(name) as string, 'base64'));
    const { image, damage } = await decodePhoto(path, undefined, input);
    const got = interleaved(preprocess(image, input));
    expect(damage).toBeNull();
    // Where they differ this shows how.
    if (rgb) expect([...got]).toEqual([...Buffer.from(rgb, 'base64')]);
    expect(sha256(got)).toBe(expected);
  });
});

test.each(Object.entries(pillow.columns))(
  'the source columns of all widths from 1 to 4096 to %s',
  (to, expected) => {
    const digest = createHash('sha256');
    for (let width = 1; width <= 4096; width++) {
      const data = new Uint8Array(width * 4).fill(255);
      for (let x = 0; x < width; x++) {
        data[x * 4] = x & 255;
        data[x * 4 + 1] = x >> 8;
      }
      const rgb = resizeNearest({ width, height: 1, data }, Number(to), 1, 'dropped');
      const columns = Int32Array.from(
        { length: Number(to) },
        (_, x) => (rgb[x * 3] as number) + (rgb[x * 3 + 1] as number) * 256,
      );
      digest.update(new Uint8Array(columns.buffer));
    }
    expect(digest.digest('hex')).toBe(expected);
  },
);

test('the default preset turns by EXIF and lays alpha over white', async () => {
  const turned = pillow.cases.find(({ name }) => name.startsWith('orientation 6'));
  const path = join(root, 'turned.jpg');
  await writeFile(path, Buffer.from(turned?.file as string, 'base64'));
  const keras = await decodePhoto(path, undefined, PRESETS.keras);
  const normal = await decodePhoto(path, undefined, PRESETS.default);
  expect([keras.image.width, keras.image.height]).toEqual([61, 40]);
  expect([normal.image.width, normal.image.height]).toEqual([40, 61]);
});
