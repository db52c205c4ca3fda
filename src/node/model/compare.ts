/** Compares forms of the weights with f32: layer by layer, end to end, and in the lists of results. */
import type { RgbaImage } from '../../core/image/pixels.ts';
import type { VggSpec } from '../../core/model/spec.ts';
import type { Tensor } from '../../core/model/tensor.ts';
import { cosine, dot } from '../../core/vector/arithmetic.ts';
import { openTappedStack, type TappedStack } from './embedder/tapped-stack.ts';

export interface Comparison {
  /** Mean and lowest cosine of the embeddings to those of f32. */
  readonly mean: number;
  readonly least: number;
  /** Mean cosine of each layer's activations, in the order of the data. */
  readonly layers: readonly { readonly name: string; readonly cosine: number }[];
  /** Share of the photos with the same top ten, in the same order. */
  readonly sameTop10: number;
  /** Mean share of the top ten that are the same, in any order. */
  readonly overlap10: number;
}

/** @param forms compared with `floats` one photo at a time, so that only one photo's activations are in memory */
export async function compareForms<Form extends string>(
  spec: VggSpec,
  floats: ReadonlyMap<string, Tensor>,
  forms: ReadonlyMap<Form, ReadonlyMap<string, Tensor>>,
  photos: readonly RgbaImage[],
  onPhoto: (done: number) => void = () => undefined,
): Promise<Map<Form, Comparison>> {
  const reference = await openTappedStack(spec, floats);
  const stacks = new Map<Form, TappedStack>();
  for (const [form, tensors] of forms) stacks.set(form, await openTappedStack(spec, tensors));
  const expected: Float32Array[] = [];
  const got = new Map<Form, { vectors: Float32Array[]; sums: number[] }>();
  for (const form of forms.keys()) {
    got.set(form, { vectors: [], sums: reference.layers.map(() => 0) });
  }
  for (const photo of photos) {
    const truth = await reference.run(photo);
    expected.push(truth.vector);
    for (const [form, stack] of stacks) {
      const { vector, layers } = await stack.run(photo);
      const { vectors, sums } = got.get(form) as { vectors: Float32Array[]; sums: number[] };
      vectors.push(vector);
      reference.layers.forEach((name, i) => {
        const a = layers.get(name) as Float32Array;
        sums[i] = (sums[i] as number) + cosine(a, truth.layers.get(name) as Float32Array);
      });
    }
    onPhoto(expected.length);
  }
  await reference.dispose();
  for (const stack of stacks.values()) await stack.dispose();
  return new Map(
    [...got].map(([form, { vectors, sums }]) => {
      const cosines = vectors.map((v, i) => cosine(v, expected[i] as Float32Array));
      const layers = reference.layers.map((name, i) => ({
        name,
        cosine: (sums[i] as number) / photos.length,
      }));
      const mean = cosines.reduce((a, b) => a + b, 0) / photos.length;
      return [form, { mean, least: Math.min(...cosines), layers, ...lists(expected, vectors) }];
    }),
  );
}

function lists(expected: readonly Float32Array[], got: readonly Float32Array[]) {
  let same = 0;
  let overlap = 0;
  expected.forEach((_, i) => {
    const before = top10(expected, i);
    const after = top10(got, i);
    if (before.join() === after.join()) same++;
    overlap += before.filter((row) => after.includes(row)).length / Math.max(1, before.length);
  });
  return { sameTop10: same / expected.length, overlap10: overlap / expected.length };
}

function top10(vectors: readonly Float32Array[], query: number): number[] {
  const asked = vectors[query] as Float32Array;
  const scores = vectors.map((v) => dot(asked, v));
  return scores
    .map((_, row) => row)
    .filter((row) => row !== query)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
    .slice(0, 10);
}
