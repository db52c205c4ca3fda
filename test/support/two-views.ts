/**
 * A tiny model with two views and colours, and its vector by plain loops. The photo has the size of the first view, and
 * the second view is its middle: neither is resized, so the views are exact.
 */
import { coloursOf } from '../../src/core/image/colour.ts';
import type { ColourSpec } from '../../src/core/model/colour-spec.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { type TinyModel, tinyForward, tinyModel } from './tiny-model.ts';

const LARGE = 64;
const SMALL = 32;
const WEIGHT = 0.5;

const { input } = tinyModel({}).spec;
const sized = (side: number, views?: typeof input.views) => ({
  ...input,
  ...{ width: side, height: side },
  ...(views ? { views } : {}),
});
/** In the third block the large view takes F(4×4), and the small one by itself would take F(2×2). */
const shape = {
  widths: [[4], [6], [5]],
  pooling: 'rgem',
  projection: { out: 7, bias: true },
} as const;

export function twoViews(): TinyModel {
  const views = [{ window: 1 }, { window: SMALL / LARGE, width: SMALL, height: SMALL }];
  const model = tinyModel({ ...shape, input: sized(LARGE, views) });
  const colour: ColourSpec = {
    histogram: 'lab-7x7',
    weight: WEIGHT,
    illuminant: 'none',
    greyAbove: 0.97,
  };
  return { ...model, spec: { ...model.spec, dimension: 7 + 49, colour } };
}

export function photoOf(seed: number) {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: LARGE * LARGE * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : random() * 256,
  );
  return { width: LARGE, height: LARGE, data };
}

export function twoViewsForward(photo: ReturnType<typeof photoOf>): number[] {
  const whole = tinyForward(tinyModel({ ...shape, input: sized(LARGE) }), photo.data);
  const middle = tinyForward(tinyModel({ ...shape, input: sized(SMALL) }), middleOf(photo.data));
  const features = unit(whole.map((x, i) => x + (middle[i] as number)));
  const colours = coloursOf(photo, 'over-white', { illuminant: 'none', greyAbove: 0.97 });
  return unit([...features, ...Array.from(colours, (x) => x * WEIGHT)]);
}

const unit = (v: readonly number[]) => v.map((x) => x / Math.hypot(...v));

function middleOf(data: Uint8Array): Uint8Array {
  const edge = (LARGE - SMALL) / 2;
  const rows = Array.from({ length: SMALL }, (_, y) => {
    const from = ((edge + y) * LARGE + edge) * 4;
    return [...data.subarray(from, from + SMALL * 4)];
  });
  return Uint8Array.from(rows.flat());
}
