/**
 * A stack out of an ONNX file of plain 3×3 convolutions (field numbers: onnx/onnx.proto of
 * https://github.com/onnx/onnx), as exporters write VGG:
 *
 *     Conv ─ Relu ─ … ─ MaxPool ─ … ─ Conv ─ Relu ─ [MaxPool] ─ [global pool] ─ [Flatten] ─ [Gemm: projection]
 *
 * Where no global pool follows, what comes after the convolutions is the top (a classifier) and is passed over.
 */
import { SoutuError } from '../../../core/errors.ts';
import type { Tensor } from '../../../core/model/safetensors.ts';
import { type StackTemplate, TORCHVISION_INPUT, VGG16 } from '../vgg16.ts';
import type { Named } from './names.ts';
import { Fields } from './protobuf-reader.ts';

const FLOAT = 1;
const FLOAT16 = 10;
const PASSED_OVER = ['Identity', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Cast'];
const GLOBAL: Readonly<Record<string, 'max' | 'avg'>> = {
  GlobalMaxPool: 'max',
  ReduceMax: 'max',
  GlobalAveragePool: 'avg',
  ReduceMean: 'avg',
};

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: ReadonlyMap<string, Fields>;
}

/** @throws SoutuError `ModelError` that names the node that does not fit */
export function readOnnxStack(file: Uint8Array, where: string): Named {
  const graph = new Fields(file, where).message(7);
  if (!graph) throw new SoutuError('ModelError', `${where}: an ONNX file without a graph.`);
  const nodes = graph.messages(1).map(nodeOf);
  const tensors = constantsOf(graph, nodes, where);
  const input = graph.messages(11).find((info) => !tensors.has(info.text(1)));
  return new StackReader(nodes, tensors, where).read(input?.text(1) ?? '', sizeOf(input));
}

class StackReader {
  readonly #nodes: readonly Node[];
  readonly #constants: ReadonlyMap<string, Tensor>;
  readonly #where: string;
  readonly #widths: number[][] = [[]];
  readonly #tensors = new Map<string, Tensor>();
  #pooling: 'max' | 'avg' | null = null;
  #projection: StackTemplate['projection'] = null;

  constructor(nodes: readonly Node[], constants: ReadonlyMap<string, Tensor>, where: string) {
    this.#nodes = nodes;
    this.#constants = constants;
    this.#where = where;
  }

  read(input: string, size: { width: number; height: number } | null): Named {
    const seen = new Set<Node>();
    let node = this.#after(input);
    while (node && this.#take(node)) {
      seen.add(node);
      node = this.#after(node.output);
      if (node && seen.has(node)) throw this.#bad(node, 'reads what comes of its own output.');
    }
    const finalPool = this.#widths.at(-1)?.length === 0 ? '2x2' : 'none';
    const widths = this.#widths.filter((block) => block.length > 0);
    const last = widths.at(-1)?.at(-1);
    if (!last) {
      throw this.#bad(
        node,
        'expected a stack of 3×3 convolutions. Give it with --spec to run it as it is.',
      );
    }
    return {
      template: {
        ...VGG16,
        name: 'own',
        widths,
        finalPool,
        pooling: this.#pooling ?? 'max',
        projection: this.#projection,
        dimension: this.#projection?.out ?? last,
        input: { ...TORCHVISION_INPUT, ...size },
        licence: '',
        attribution: '',
      },
      tensors: this.#tensors,
    };
  }

  /** The one node that goes on with this value; its size alone may be asked for by others. */
  #after(value: string): Node | undefined {
    const readers = this.#nodes.filter(
      ({ op, inputs }) => op !== 'Shape' && inputs.includes(value),
    );
    if (readers.length > 1) {
      const ops = readers.map(({ op }) => op).join(' and ');
      throw this.#bad(readers[0], `its input goes to ${ops}: no plain stack.`);
    }
    return readers[0]?.inputs[0] === value ? readers[0] : undefined;
  }

  /** @returns false where the top begins */
  #take(node: Node): boolean {
    if (node.op === 'Conv') this.#conv(node);
    else if (node.op === 'MaxPool' && !this.#pooling) this.#pool(node);
    else if (node.op in GLOBAL) this.#pooling = GLOBAL[node.op] ?? null;
    else if (node.op === 'Gemm' && this.#pooling && !this.#projection) this.#gemm(node);
    else if (node.op === 'LpNormalization') return false;
    else if (node.op === 'Relu' && !this.#pooling) return true;
    else if (!PASSED_OVER.includes(node.op)) {
      // After a global pool every number counts; without one the rest is a classifier.
      if (this.#pooling || this.#widths[0]?.length === 0) throw this.#bad(node, 'not known here.');
      return false;
    } else if (node.op === 'Flatten' && !this.#pooling) return false;
    return true;
  }

  #conv(node: Node): void {
    const weight = this.#constants.get(node.inputs[1] ?? '');
    const [out = 0, , kh, kw] = weight?.shape ?? [];
    const all = (name: string, value: number) =>
      (node.attributes.get(name)?.numbers(8) ?? []).every((n) => n === value);
    const group = node.attributes.get('group')?.number(3) ?? 1;
    const pad = node.attributes.get('auto_pad')?.text(4) ?? 'NOTSET';
    const pads = node.attributes.get('pads')?.numbers(8) ?? [];
    const isPadded = pad.startsWith('SAME') || (pads.length === 4 && pads.every((n) => n === 1));
    if (!weight || kh !== 3 || kw !== 3 || group !== 1 || !isPadded) {
      throw this.#bad(node, `expected 3×3 kernels, padding 1, one group; got [${weight?.shape}].`);
    }
    if (!all('strides', 1) || !all('dilations', 1)) throw this.#bad(node, 'expected stride 1.');
    if (this.#after(node.output)?.op !== 'Relu') throw this.#bad(node, 'expected a Relu after it.');
    const block = this.#widths.at(-1) as number[];
    block.push(out);
    const name = `block${this.#widths.length}_conv${block.length}`;
    this.#tensors.set(`${name}.weight`, weight);
    this.#tensors.set(`${name}.bias`, this.#constants.get(node.inputs[2] ?? '') ?? zeros(out));
  }

  #pool(node: Node): void {
    const is = (name: string, value: number) =>
      (node.attributes.get(name)?.numbers(8) ?? [0, 0]).every((n) => n === value);
    const pads = node.attributes.get('pads')?.numbers(8) ?? [];
    if (!is('kernel_shape', 2) || !is('strides', 2) || pads.some((n) => n !== 0)) {
      throw this.#bad(node, 'expected 2×2 with stride 2 and no padding.');
    }
    this.#widths.push([]);
  }

  #gemm(node: Node): void {
    const weight = this.#constants.get(node.inputs[1] ?? '');
    const bias = this.#constants.get(node.inputs[2] ?? '');
    const isPlain = ['alpha', 'beta'].every((name) => {
      const bytes = node.attributes.get(name)?.bytes(2);
      return !bytes || new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true) === 1;
    });
    if (weight?.shape.length !== 2 || !isPlain)
      throw this.#bad(node, 'expected a constant matrix.');
    const isTransposed = node.attributes.get('transB')?.number(3) === 1;
    const matrix = isTransposed ? weight : transposed(weight);
    const [out = 0, inputs = 0] = matrix.shape;
    this.#tensors.set('projection.weight', matrix);
    if (bias) this.#tensors.set('projection.bias', { ...bias, shape: [out] });
    this.#projection = { in: inputs, out, bias: bias !== undefined };
  }

  #bad(node: Node | undefined, what: string): SoutuError {
    const which = node ? `node ${node.op} "${node.output}": ${what}` : what;
    return new SoutuError('ModelError', `${this.#where}: ${which}`);
  }
}

function nodeOf(fields: Fields): Node {
  const attributes = new Map(fields.messages(5).map((a) => [a.text(1), a]));
  return {
    op: fields.text(4),
    inputs: fields.texts(1),
    output: fields.texts(2)[0] ?? '',
    attributes,
  };
}

/** Weights are initializers, or outputs of Constant nodes. */
function constantsOf(graph: Fields, nodes: readonly Node[], where: string): Map<string, Tensor> {
  const constants = new Map<string, Tensor>();
  for (const tensor of graph.messages(5)) {
    const read = tensorOf(tensor, where);
    if (read) constants.set(tensor.text(8), read);
  }
  for (const { op, output, attributes } of nodes) {
    const value = op === 'Constant' ? attributes.get('value')?.message(5) : undefined;
    const read = value && tensorOf(value, where);
    if (read) constants.set(output, read);
  }
  return constants;
}

/** null for tensors of other types, as the shapes of a Reshape */
function tensorOf(fields: Fields, where: string): Tensor | null {
  const type = fields.number(2);
  if (type !== FLOAT && type !== FLOAT16) return null;
  if (fields.number(14) === 1) {
    throw new SoutuError(
      'ModelError',
      `${where}: tensor "${fields.text(8)}" lies in another file. Export with all weights inside.`,
    );
  }
  const shape = fields.numbers(1);
  const bytes = fields.bytes(9) ?? fields.bytes(4) ?? new Uint8Array();
  const size = shape.reduce((product, n) => product * n, type === FLOAT ? 4 : 2);
  if (bytes.length !== size) {
    throw new SoutuError(
      'ModelError',
      `${where}: tensor "${fields.text(8)}" [${shape}] needs ${size} bytes, it has ${bytes.length}.`,
    );
  }
  return { dtype: type === FLOAT ? 'F32' : 'F16', shape, bytes };
}

function sizeOf(input: Fields | undefined): { width: number; height: number } | null {
  const dims = input?.message(2)?.message(1)?.message(2)?.messages(1) ?? [];
  const [, , height, width] = dims.map((dim) => dim.number(1) ?? 0);
  return width && height ? { width, height } : null;
}

const zeros = (length: number): Tensor => ({
  dtype: 'F32',
  shape: [length],
  bytes: new Uint8Array(length * 4),
});

function transposed({ dtype, shape, bytes }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const size = bytes.length / (rows * columns);
  const out = new Uint8Array(bytes.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const from = (r * columns + c) * size;
      out.set(bytes.subarray(from, from + size), (c * rows + r) * size);
    }
  }
  return { dtype, shape: [columns, rows], bytes: out };
}
