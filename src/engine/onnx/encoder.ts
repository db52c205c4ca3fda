/** The ONNX model of a specification, and the conversion of its tensors to and from ours. */
import { SoutuError } from '../../core/errors.ts';
import { applyHead, type FeatureMap, readProjection } from '../../core/model/head.ts';
import type { ViewSpec } from '../../core/model/input-spec.ts';
import {
  featureDimension,
  isRegional,
  type ModelSpec,
  type OnnxSpec,
  type VggSpec,
} from '../../core/model/spec.ts';
import type { Tensor } from '../../core/model/tensor.ts';
import { readWeights } from '../../core/model/weights.ts';
import { normalised } from '../../core/vector/arithmetic.ts';
import { INPUT, OUTPUT, writeOnnxGraph } from './graph.ts';

type Floats = Float32Array<ArrayBuffer>;

export interface Encoder {
  readonly model: Uint8Array<ArrayBuffer>;
  /** Names in the graph. */
  readonly input: string;
  readonly output: string;
  /** @param pixels 3 × height × width */
  readonly toInput: (pixels: Floats, size: Size) => { data: Floats; dims: readonly number[] };
  /**
   * @param onMap called if the graph's output is a feature map
   * @returns the features of a view, of unit length
   */
  readonly toVector: (output: Output, onMap?: (map: FeatureMap) => void) => Floats;
}

type Size = Pick<Required<ViewSpec>, 'width' | 'height'>;

interface Output {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** @throws SoutuError `ModelError` if the weights do not match the specification */
export function encoderOf(spec: ModelSpec, files: readonly Uint8Array[]): Encoder {
  if (spec.family === 'phash') {
    throw new SoutuError('ModelError', `${spec.name}: a perceptual hash has no network to run.`);
  }
  return spec.family === 'onnx' ? ofFile(spec, files) : ofStack(spec, files);
}

function ofStack(spec: VggSpec, files: readonly Uint8Array[]): Encoder {
  const tensors = readWeights(spec, files);
  return {
    model: writeOnnxGraph(spec, tensors),
    input: INPUT,
    output: OUTPUT,
    toInput: (data, { width, height }) => ({ data, dims: [1, 3, height, width] }),
    toVector: headOf(spec, tensors),
  };
}

/** The last step, outside the graph of a stack: L2 normalisation, or the complete regional head. */
export function headOf(spec: VggSpec, tensors: ReadonlyMap<string, Tensor>): Encoder['toVector'] {
  if (!isRegional(spec.pooling)) return ({ data }) => normalised(data as Floats);
  const projection = readProjection(spec, tensors);
  return ({ data, dims }, onMap) => {
    const [channels, height, width] = dims.slice(1) as [number, number, number];
    const map = { channels, height, width, data: data as Floats };
    onMap?.(map);
    return applyHead(spec.pooling, map, projection);
  };
}

function ofFile(spec: OnnxSpec, files: readonly Uint8Array[]): Encoder {
  const { input, output, layout, pooling } = spec.graph;
  const dimension = featureDimension(spec);
  return {
    model: joined(files),
    input,
    output,
    toInput: (pixels, { width, height }) =>
      layout === 'NHWC'
        ? { data: interleaved(pixels), dims: [1, height, width, 3] }
        : { data: pixels, dims: [1, 3, height, width] },
    toVector: ({ data, dims }, onMap) => {
      const [batch, channels, h, w] = dims;
      const isMap = pooling !== undefined && dims.length === 4;
      const length = isMap ? channels : (data as Floats).length;
      if (!(data instanceof Float32Array) || batch !== 1 || length !== dimension) {
        const expected = pooling ? `[1, ${dimension}, h, w]` : `${dimension} numbers`;
        throw new SoutuError(
          'ModelError',
          `${spec.name}: output "${output}" has the shape [${dims}], expected ${expected} of f32. ` +
            'Name another output in its spec, or set "dimension" or "graph.pooling".',
        );
      }
      if (!isMap) return normalised(data);
      const map = { channels: length, height: h as number, width: w as number, data };
      onMap?.(map);
      return applyHead(pooling, map, null);
    },
  };
}

function joined(files: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(files.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const file of files) {
    out.set(file, at);
    at += file.length;
  }
  return out;
}

/** Converts planes (NCHW) to interleaved pixels (NHWC). */
function interleaved(planes: Floats): Floats {
  const plane = planes.length / 3;
  const out = new Float32Array(planes.length);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane; i++) out[i * 3 + c] = planes[c * plane + i] as number;
  }
  return out;
}
