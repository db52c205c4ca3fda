/** Another projection for a stack, for example one that whitens. */
import { SoutuError } from '../../../core/errors.ts';
import { COLOUR_NUMBERS } from '../../../core/image/colour.ts';
import { readSafetensors } from '../../../core/model/safetensors.ts';
import { floatsOf } from '../../../core/model/tensor.ts';
import type { FloatTensors } from '../float-tensors.ts';
import { readModelFile } from '../read-model-file.ts';
import type { StackTemplate } from '../vgg16.ts';
import { readSource, type Source } from './source.ts';

/**
 * Reads a stack whose projection comes from a file of its own; the source's own projection is dropped.
 * @param file safetensors with `projection.weight` [out, in] and, if it has one, `projection.bias` [out]
 * @param overrides fields of the specification that replace those of the source; the dimension follows from the file
 * @throws SoutuError `ModelError`
 */
export async function readWithProjection(
  path: string,
  file: string,
  overrides: Partial<StackTemplate> = {},
): Promise<Source> {
  const { dimension: _, colour, projection: __, ...shape } = overrides;
  const { template, floats } = await readSource(path, shape);
  const { weight, bias } = await readProjectionFile(file);
  const [out = 0, inputs = 0] = weight.shape;
  const last = template.widths.at(-1)?.at(-1) ?? 0;
  if (inputs !== last) {
    throw new SoutuError(
      'ModelError',
      `${file}: "projection.weight" takes ${inputs} numbers, the last layer of ${path} gives ${last}.`,
    );
  }
  const tensors: FloatTensors = new Map(
    [...floats].filter(([name]) => !name.startsWith('projection.')),
  );
  tensors.set('projection.weight', weight);
  if (bias) tensors.set('projection.bias', bias);
  return {
    template: {
      ...template,
      ...(colour ? { colour } : {}),
      projection: { in: inputs, out, bias: bias !== null },
      dimension: out + (colour ? COLOUR_NUMBERS : 0),
    },
    floats: tensors,
  };
}

async function readProjectionFile(file: string) {
  const tensors = readSafetensors(await readModelFile(file), file);
  const shape = tensors.get('projection.weight')?.shape ?? [];
  if (shape.length !== 2) {
    throw new SoutuError(
      'ModelError',
      `${file}: "projection.weight" must have the shape [out, in], got ` +
        `${shape.length === 0 ? 'no such tensor' : `[${shape}]`}.`,
    );
  }
  const [out = 0] = shape;
  return {
    weight: { shape, values: floatsOf(tensors, 'projection.weight', shape, file) },
    bias: tensors.has('projection.bias')
      ? { shape: [out], values: floatsOf(tensors, 'projection.bias', [out], file) }
      : null,
  };
}
