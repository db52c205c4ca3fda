import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openNodeEmbedder } from '../../../src/node/model/embedder/embedder-node.ts';
import { loadModel } from '../../../src/node/model/load.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const [a, b, cut] = ['a.png', 'b.jpg', 'cut.jpg'].map((name) => join(root, name)) as [
  string,
  string,
  string,
];

beforeAll(async () => {
  await writePhotos(root, { 'a.png': 1, 'b.jpg': 2 });
  const whole = await scene(3, 400, 300).jpeg().toBuffer();
  await writeFile(cut, whole.subarray(0, whole.length >> 1));
});

test('--json: one object with the vectors of all photos, plain and of unit length', async () => {
  const { code, stdout, stderr } = await soutu('embed', a, b, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const answer: { photos: { path: string; vector: number[] }[] } = JSON.parse(stdout);
  expect(answer).toMatchObject({
    model: 'vgg16-lite',
    dimension: 305,
    photos: [
      { path: a, damage: null },
      { path: b, damage: null },
    ],
  });
  const { embedder } = await openNodeEmbedder(await loadModel('vgg16-lite'));
  for (const { path, vector } of answer.photos) {
    expect(vector).toHaveLength(305);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(vector).toEqual([...(await embedder.embed((await decodePhoto(path)).image))]);
  }
  await embedder.dispose();
});

test('as lines: path, tab, numbers; a damaged photo is told on stderr', async () => {
  const { code, stdout, stderr } = await soutu('embed', cut);
  expect(code).toBe(0);
  const [path, numbers = ''] = stdout.trimEnd().split('\t');
  expect(path).toBe(cut);
  expect(numbers.split(' ')).toHaveLength(305);
  expect(Math.hypot(...numbers.split(' ').map(Number))).toBeCloseTo(1, 4);
  expect(stderr).toMatch(/^Damaged, used as far as it can be decoded: .*cut\.jpg \(.+\)\n$/);
});

test('a photo that is not there, a model that is none: one line, exit code 1', async () => {
  const [photo, model] = await Promise.all([
    soutu('embed', join(root, 'nowhere.png')),
    soutu('embed', a, '--model', root),
  ]);
  expect(photo).toMatchObject({ code: 1, stdout: '' });
  expect(photo.stderr).toMatch(/^soutu embed: .*nowhere\.png: no such file\. Check the path\.\n$/);
  expect(model).toMatchObject({ code: 1, stdout: '' });
  expect(model.stderr).toContain(
    `soutu embed: No model "${root}": expected one of vgg16-lite, vgg16, `,
  );
  expect(model.stderr).toMatch(/ a folder with a model\.json, or an \.onnx file\.\n$/);
});
