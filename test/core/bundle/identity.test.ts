import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { identityOf } from '../../../src/core/bundle/identity.ts';
import type { Manifest } from '../../../src/core/bundle/manifest.ts';
import { encodeFloats } from '../../../src/core/text.ts';
import { tinyModel } from '../../support/model-spec.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const weights = (content: string) => ({ file: `w-${content}`, bytes: 9, sha256: content });
const model = tinyModel(3, [weights('ab')]);
const index = {
  dimension: 3,
  centre: encodeFloats(Float32Array.of(1, 2, 3)),
} as Manifest['index'];
const of = (given: Partial<Pick<Manifest, 'model' | 'index'>>) =>
  identityOf({ model, index, ...given }, sha256);

test('the same vectors, the same fingerprint: names, licences and the order of keys do not count', async () => {
  const first = await of({});
  expect(first.model).toMatch(/^[0-9a-f]{16}$/);
  expect(first.centre).toMatch(/^[0-9a-f]{16}$/);
  expect(first.dimension).toBe(3);
  const reversed = Object.fromEntries(Object.entries(model).reverse()) as unknown as typeof model;
  expect(await of({ model: { ...reversed, name: 'other', licence: 'MIT' } })).toEqual(first);
  const moved = { ...model.weights, files: [{ ...weights('ab'), file: 'elsewhere' }] };
  expect(await of({ model: { ...model, weights: moved } as typeof model })).toEqual(first);
});

test('other weights, other arithmetic, another centre: another fingerprint', async () => {
  const first = await of({});
  const retrained = { ...model, weights: { ...model.weights, files: [weights('cd')] } };
  expect((await of({ model: retrained as typeof model })).model).not.toBe(first.model);
  const brighter = { ...model, input: { ...model.input, mean: [1, 2, 4] as const } };
  const other = await of({ model: brighter });
  expect(other.model).not.toBe(first.model);
  expect(other.centre).toBe(first.centre);
  const moved = { ...index, centre: encodeFloats(Float32Array.of(1, 2, 4)) };
  expect((await of({ index: moved })).centre).not.toBe(first.centre);
  expect((await of({ index: { ...index, centre: null } })).centre).toBe('none');
  expect((await of({ index: { ...index, colourWeight: 0.2 } })).centre).not.toBe(first.centre);
});
