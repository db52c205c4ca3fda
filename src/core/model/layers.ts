/** The layers of a `vgg-stack`, in the order of the data, with the names of their tensors. */
import type { VggSpec } from './spec.ts';

export type Layer =
  | {
      readonly kind: 'conv';
      /** Tensors `NAME.weight` [out, in, 3, 3] and `NAME.bias` [out]. */
      readonly name: string;
      readonly in: number;
      readonly out: number;
    }
  | { readonly kind: 'max-pool' };

export function layersOf(spec: Pick<VggSpec, 'widths' | 'finalPool'>): Layer[] {
  const layers: Layer[] = [];
  let channels = 3;
  spec.widths.forEach((block, b) => {
    block.forEach((out, c) => {
      layers.push({ kind: 'conv', name: `block${b + 1}_conv${c + 1}`, in: channels, out });
      channels = out;
    });
    const isLast = b === spec.widths.length - 1;
    if (!isLast || spec.finalPool === '2x2') layers.push({ kind: 'max-pool' });
  });
  return layers;
}

/** Name and shape of every weight tensor that the model's files must hold. */
export function tensorsOf(
  spec: Pick<VggSpec, 'widths' | 'finalPool' | 'projection'>,
): { name: string; shape: number[] }[] {
  const tensors: { name: string; shape: number[] }[] = [];
  for (const layer of layersOf(spec)) {
    if (layer.kind !== 'conv') continue;
    tensors.push({ name: `${layer.name}.weight`, shape: [layer.out, layer.in, 3, 3] });
    tensors.push({ name: `${layer.name}.bias`, shape: [layer.out] });
  }
  if (spec.projection) {
    const { in: inputs, out, bias } = spec.projection;
    tensors.push({ name: 'projection.weight', shape: [out, inputs] });
    if (bias) tensors.push({ name: 'projection.bias', shape: [out] });
  }
  return tensors;
}
