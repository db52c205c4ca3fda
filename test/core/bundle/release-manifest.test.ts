import { expect, test } from 'vitest';
import { infoOf } from '../../../src/core/bundle/info.ts';
import type { Manifest } from '../../../src/core/bundle/manifest.ts';
import {
  parseReleaseManifest,
  releaseManifestOf,
} from '../../../src/core/bundle/release-manifest.ts';
import { spaceOf } from '../../../src/core/bundle/space-of.ts';
import { encodeFloats } from '../../../src/core/text.ts';
import { tinyModel } from '../../support/model-spec.ts';

const file = { file: 'x', bytes: 9, sha256: '0f'.repeat(32), first: 0, rows: 4 };
const manifest: Manifest = {
  format: 'soutu-bundle',
  version: 4,
  model: tinyModel(3, [file]),
  items: {
    count: 4,
    columns: [file],
    details: [file],
    attributes: [{ name: 'height', type: 'number', unit: 'cm' }],
    trimmed: true,
  },
  index: {
    type: 'flat',
    dimension: 3,
    metric: 'cosine',
    centre: encodeFloats(Float32Array.of(1, 2, 3)),
    colourWeight: 0.2,
    calibration: { match: 0.25, related: 0.1 } as Manifest['index']['calibration'],
    vectors: [file],
  },
  archive: [file],
  cut: { vectors: 2, columns: 8, details: 3 },
};

test('a release knows all that a search does, and names no file', () => {
  const json = JSON.stringify(releaseManifestOf(manifest));
  expect(json).not.toContain(file.sha256);
  const read = parseReleaseManifest(json, 'postgres://db, release 1');
  expect(infoOf(read, [])).toEqual(infoOf(manifest, []));
  expect(spaceOf(read)).toEqual(spaceOf(manifest));
});

test.each([
  ['{', 'the manifest of the release is not JSON'],
  ['[]', 'expected a manifest with "model", "items" and "index", got []'],
  ['{"model":{},"items":{},"index":{}}', 'the manifest lacks "model.input"'],
])('%s is refused with what to do', (json, words) => {
  const read = () => parseReleaseManifest(json, 'postgres://db, release 1');
  expect(read).toThrow(words);
  expect(read).toThrow(/^postgres:\/\/db, release 1: .* soutu push DIR --to URL$/s);
});
