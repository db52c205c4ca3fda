/**
 * Writes the ONNX graph of a `vgg-stack` in memory, so that one weights file serves every engine. Field
 * numbers and operators: onnx/onnx.proto and Operators.md of https://github.com/onnx/onnx.
 *
 *     pixels [1, 3, h, w] ─ Conv ─ Relu ─ … ─ MaxPool ─ … ─ Global(Max|Average)Pool ─ Flatten ─ Gemm ─ embedding
 *
 * Our own code does the L2 normalisation, identically for every engine. With regional pooling, the graph ends at the
 * feature map and our own code computes the complete head. The sides of the pixels are open if the views differ in size.
 */
import { type ViewSpec, viewsOf } from '../../core/model/input-spec.ts';
import { layersOf, tensorsOf } from '../../core/model/layers.ts';
import { featureDimension, isRegional, type VggSpec } from '../../core/model/spec.ts';
import { floatsOf, type Tensor } from '../../core/model/tensor.ts';
import { Message } from './protobuf.ts';

export const INPUT = 'pixels';
export const OUTPUT = 'embedding';

const IR_VERSION = 8;
const OPSET = 13;
const FLOAT = 1;
const ATTRIBUTE = { int: 2, ints: 7 } as const;

/**
 * @param tensors the model's weights, of any dtype: ONNX Runtime gets f32
 * @param taps names of layers whose activations (after ReLU) are additional outputs, to compare layers
 * @throws SoutuError `ModelError` if a tensor is missing or has another shape
 */
export function writeOnnxGraph(
  spec: VggSpec,
  tensors: ReadonlyMap<string, Tensor>,
  taps: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const initializers = tensorsOf(withHead(spec) ? spec : { ...spec, projection: null }).map(
    ({ name, shape }) => tensor(name, shape, floatsOf(tensors, name, shape, spec.name)),
  );
  const graph = new Message()
    .messages(1, nodesOf(spec, taps))
    .text(2, spec.name)
    .messages(5, initializers)
    .message(11, valueInfo(INPUT, [1, 3, ...sidesOf(spec)]))
    .message(12, valueInfo(OUTPUT, outputShape(spec)))
    .messages(
      12,
      taps.map((name) => valueInfo(name, null)),
    );
  return new Message()
    .int(1, IR_VERSION)
    .text(2, 'soutu')
    .message(7, graph)
    .message(8, new Message().text(1, '').int(2, OPSET))
    .toBytes();
}

const withHead = (spec: VggSpec) => !isRegional(spec.pooling);

/** A size, or the name of one that is open. */
type Side = number | string;

/** Height and width that all views share, or names of open sides. */
function sidesOf({ input }: VggSpec): [Side, Side] {
  const [first, ...others] = viewsOf(input) as [Required<ViewSpec>, ...Required<ViewSpec>[]];
  const { height, width } = first;
  const isShared = others.every((view) => view.height === height && view.width === width);
  return isShared ? [height, width] : ['height', 'width'];
}

function outputShape(spec: VggSpec): Side[] {
  if (withHead(spec)) return [1, featureDimension(spec)];
  const pools = layersOf(spec).filter(({ kind }) => kind === 'max-pool').length;
  const halved = (side: Side) => (typeof side === 'number' ? side >> pools : `map_${side}`);
  const [height, width] = sidesOf(spec);
  return [1, spec.widths.at(-1)?.at(-1) ?? 0, halved(height), halved(width)];
}

function nodesOf(spec: VggSpec, taps: readonly string[]): Message[] {
  const nodes: Message[] = [];
  let last = INPUT;
  const add = (op: string, extra: string[], attributes: Message[], output: string) => {
    nodes.push(node(op, [last, ...extra], output, attributes));
    last = output;
  };
  const layers = layersOf(spec);
  layers.forEach((layer, i) => {
    const isEnd = i === layers.length - 1 && !withHead(spec);
    if (layer.kind === 'max-pool') {
      const square = [ints('kernel_shape', [2, 2]), ints('strides', [2, 2])];
      add('MaxPool', [], square, isEnd ? OUTPUT : `pool${i}`);
      return;
    }
    const { name } = layer;
    const attributes = [ints('kernel_shape', [3, 3]), ints('pads', [1, 1, 1, 1])];
    add('Conv', [`${name}.weight`, `${name}.bias`], attributes, `${name}.sum`);
    // One tensor has one name, so a tapped last layer is handed on to the output.
    const isTapped = taps.includes(name);
    add('Relu', [], [], isEnd && !isTapped ? OUTPUT : name);
    if (isEnd && isTapped) add('Identity', [], [], OUTPUT);
  });
  if (!withHead(spec)) return nodes;
  add(spec.pooling === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool', [], [], 'pooled');
  add('Flatten', [], [], spec.projection ? 'flat' : OUTPUT);
  if (spec.projection) {
    const weights = ['projection.weight', ...(spec.projection.bias ? ['projection.bias'] : [])];
    add('Gemm', weights, [int('transB', 1)], OUTPUT);
  }
  return nodes;
}

function node(op: string, inputs: string[], output: string, attributes: Message[]): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  return message.text(2, output).text(3, output).text(4, op).messages(5, attributes);
}

function int(name: string, value: number): Message {
  return new Message().text(1, name).int(3, value).int(20, ATTRIBUTE.int);
}

function ints(name: string, values: number[]): Message {
  const message = new Message().text(1, name);
  for (const value of values) message.int(8, value);
  return message.int(20, ATTRIBUTE.ints);
}

function tensor(name: string, shape: readonly number[], values: Float32Array): Message {
  const message = new Message();
  for (const size of shape) message.int(1, size);
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message.int(2, FLOAT).text(8, name).bytes(9, raw);
}

/** @param shape null to let ONNX Runtime infer it */
function valueInfo(name: string, shape: readonly Side[] | null): Message {
  const type = new Message().int(1, FLOAT);
  if (shape) {
    const dims = shape.map((size) =>
      typeof size === 'number' ? new Message().int(1, size) : new Message().text(2, size),
    );
    type.message(2, new Message().messages(1, dims));
  }
  return new Message().text(1, name).message(2, new Message().message(1, type));
}
