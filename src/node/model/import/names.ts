/** Derives the shape of a stack from the names of its tensors. */
import { SoutuError } from '../../../core/errors.ts';
import type { Tensor } from '../../../core/model/tensor.ts';
import { type StackTemplate, TORCHVISION_INPUT, VGG16 } from '../vgg16.ts';

export interface Named {
  readonly template: StackTemplate;
  /** Under our names. */
  readonly tensors: Map<string, Tensor>;
}

interface Conv {
  readonly block: number;
  readonly from: string;
  readonly out: number;
}

/**
 * Our names are `blockB_convK.weight`. torchvision's VGG has `features.N.weight`, where N counts convolutions,
 * ReLUs and pools: it grows by 2 from one convolution to the next, and by 3 across a pool.
 * @throws SoutuError `ModelError` for other names
 */
export function stackOfNames(tensors: ReadonlyMap<string, Tensor>, where: string): Named {
  const ours = convsOf(tensors, /^block(\d+)_conv(\d+)\.weight$/);
  if (ours.length > 0) {
    const convs = ours.map(({ name, numbers, out }) => ({
      block: numbers[0] as number,
      from: name,
      out,
    }));
    return named(convs, tensors, VGG16.input, where);
  }
  const theirs = convsOf(tensors, /^features\.(\d+)\.weight$/);
  if (theirs.length > 0) {
    let block = 1;
    const convs = theirs.map(({ name, numbers, out }, i): Conv => {
      const before = theirs[i - 1]?.numbers[0];
      if (before !== undefined && (numbers[0] as number) - before > 2) block++;
      return { block, from: name, out };
    });
    return named(convs, tensors, TORCHVISION_INPUT, where);
  }
  const some = listed([...tensors.keys()].slice(0, 4));
  throw new SoutuError(
    'ModelError',
    `${where}: expected tensors named block1_conv1.weight (ours) or features.0.weight (torchvision's VGG ` +
      `without batch normalisation), got ${some || 'none'}. Rename them, or give an ONNX file.`,
  );
}

/** A few names for an error message. */
const listed = (names: readonly string[]) =>
  names.map((name) => (name.length > 40 ? `${name.slice(0, 37)}...` : name)).join(', ');

function convsOf(tensors: ReadonlyMap<string, Tensor>, pattern: RegExp) {
  return [...tensors]
    .flatMap(([name, { shape }]) => {
      const match = pattern.exec(name);
      if (!match || shape.length !== 4) return [];
      return [{ name, numbers: match.slice(1).map(Number), out: shape[0] ?? 0 }];
    })
    .sort(
      (a, b) =>
        (a.numbers[0] as number) - (b.numbers[0] as number) ||
        (a.numbers[1] ?? 0) - (b.numbers[1] ?? 0),
    );
}

function named(
  convs: readonly Conv[],
  tensors: ReadonlyMap<string, Tensor>,
  input: StackTemplate['input'],
  where: string,
): Named {
  const widths: number[][] = [];
  const renamed = new Map<string, Tensor>();
  for (const { block, from, out } of convs) {
    if (block !== widths.length && block !== widths.length + 1) {
      throw new SoutuError(
        'ModelError',
        `${where}: "${from}" follows block ${widths.length}: blocks must be numbered from 1 without gaps.`,
      );
    }
    widths[block - 1] ??= [];
    const list = widths[block - 1] as number[];
    list.push(out);
    const to = `block${block}_conv${list.length}`;
    // A missing convolution would often go unnoticed, because its neighbours have the same shape.
    if (from.startsWith('block') && from !== `${to}.weight`) {
      throw new SoutuError('ModelError', `${where}: expected "${to}.weight" next, got "${from}".`);
    }
    const stem = from.replace(/\.weight$/, '');
    for (const part of ['.weight', '.weight.scale', '.bias']) {
      const tensor = tensors.get(stem + part);
      if (tensor) renamed.set(to + part, tensor);
    }
  }
  for (const [name, tensor] of tensors)
    if (name.startsWith('projection.')) renamed.set(name, tensor);
  const projected = tensors.get('projection.weight')?.shape;
  const last = widths.at(-1)?.at(-1) ?? 0;
  const projection = projected
    ? { in: projected[1] ?? 0, out: projected[0] ?? 0, bias: tensors.has('projection.bias') }
    : null;
  const dimension = projection?.out ?? last;
  const template = {
    ...VGG16,
    name: 'own',
    widths,
    projection,
    dimension,
    input,
    licence: '',
    attribution: '',
  };
  return { template, tensors: renamed };
}
