import { SoutuError } from '../../core/errors.ts';
import { PRESETS, type PresetName, withRotations } from '../../core/model/input-spec.ts';
import type { ModelSpec, Pooling } from '../../core/model/spec.ts';
import { makeCanary } from './canary.ts';
import type { ModelFiles } from './model-folder.ts';

/**
 * A model with the same weights, but another preset of preprocessing, another pooling, or rotations; the canary's
 * vector is computed again.
 * @throws SoutuError `UsageError` for a pooling that the model cannot have
 */
export async function withVariant(
  model: ModelFiles,
  {
    preset,
    pooling,
    rotations = false,
  }: {
    readonly preset?: PresetName;
    readonly pooling?: Pooling;
    /** Embeds each photo in four rotations. */
    readonly rotations?: boolean;
  },
): Promise<ModelFiles> {
  if (preset === undefined && pooling === undefined && !rotations) return model;
  if (model.spec.family === 'phash') {
    throw new SoutuError(
      'UsageError',
      'The perceptual hash has no preset, pooling or rotations. Leave these options out.',
    );
  }
  let spec: ModelSpec = model.spec;
  if (preset) spec = { ...spec, input: { ...spec.input, ...PRESETS[preset] } };
  if (pooling) {
    if (spec.family !== 'vgg-stack') {
      throw new SoutuError(
        'UsageError',
        `--pooling is for stacks; ${spec.name} is an ONNX encoder: put "pooling" into "graph" of its spec.`,
      );
    }
    spec = { ...spec, pooling };
  }
  if (rotations) spec = { ...spec, input: withRotations(spec.input) };
  return { ...model, spec: { ...spec, canary: await makeCanary(spec, model.weights) } };
}
