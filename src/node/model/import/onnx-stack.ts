/**
 * Reads a stack from an ONNX file of plain 3×3 convolutions (field numbers: onnx/onnx.proto of
 * https://github.com/onnx/onnx), as exporters write VGG:
 *
 *     Conv ─ Relu ─ … ─ MaxPool ─ … ─ Conv ─ Relu ─ [MaxPool] ─ [global pool] ─ [Flatten] ─ [Gemm: projection]
 *
 * If no global pool follows the convolutions, the rest is a classifier and is ignored.
 */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { Tensor } from '../../../core/model/tensor.ts';
import { type StackTemplate, TORCHVISION_INPUT, VGG16 } from '../vgg16.ts';
import type { Named } from './names.ts';
import { Fields } from './protobuf-reader.ts';

const FLOAT = 1;
const FLOAT16 = 10;
const IGNORED = ['Identity', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Cast'];
const GLOBAL_POOLS: ReadonlyMap<string, 'max' | 'avg'> = new Map([
  ['GlobalMaxPool', 'max'],
  ['ReduceMax', 'max'],
  ['GlobalAveragePool', 'avg'],
  ['ReduceMean', 'avg'],
]);

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: ReadonlyMap<string, Fields>;
}

/** @throws SoutuError `ModelError` that names the first unsupported node */
export function readOnnxStack(file: Uint8Array, where: string): Named {
  const graph = new Fields(file, where).message(7);
  if (!graph) throw new SoutuError('ModelError', `${where}: an ONNX file without a graph.`);
  const nodes = graph.messages(1).map(nodeOf);
  const tensors = constantsOf(graph, nodes, where);
  const input = graph.messages(11).find((info) => !tensors.has(info.text(1)));
  return new StackReader(nodes, tensors, where).read(input?.text(1) ?? '', sizeOf(input));
}

class StackReader {
  /** The nodes that read each value, except those that only read its shape. */
  readonly #readers = new Map<string, Node[]>();
  readonly #constants: ReadonlyMap<string, Tensor>;
  readonly #where: string;
  readonly #widths: number[][] = [[]];
  readonly #tensors = new Map<string, Tensor>();
  #pooling: 'max' | 'avg' | null = null;
  #projection: StackTemplate['projection'] = null;

  constructor(nodes: readonly Node[], constants: ReadonlyMap<string, Tensor>, where: string) {
    this.#constants = constants;
    this.#where = where;
    for (const node of nodes) {
      if (node.op === 'Shape') continue;
      for (const value of new Set(node.inputs)) {
        const readers = this.#readers.get(value);
        if (readers) readers.push(node);
        else this.#readers.set(value, [node]);
      }
    }
  }

  read(input: string, size: { width: number; height: number } | null): Named {
    const seen = new Set<Node>();
    let node = this.#after(input);
    while (node && this.#take(node)) {
      seen.add(node);
      node = this.#after(node.output);
      if (node && seen.has(node)) throw this.#bad(node, 'its input depends on its own output.');
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

  /** The only node that reads this value. */
  #after(value: string): Node | undefined {
    const [first, second] = this.#readers.get(value) ?? [];
    if (first && second) {
      throw this.#bad(second, `also reads the input of ${nameOf(first)}: not a plain stack.`);
    }
    return first?.inputs[0] === value ? first : undefined;
  }

  /** @returns false where the top begins */
  #take(node: Node): boolean {
    if (node.op === 'Conv') this.#conv(node);
    else if (node.op === 'MaxPool' && !this.#pooling) this.#pool(node);
    else if (GLOBAL_POOLS.has(node.op)) this.#pooling = GLOBAL_POOLS.get(node.op) ?? null;
    else if (node.op === 'Gemm' && this.#pooling && !this.#projection) this.#gemm(node);
    else if (node.op === 'LpNormalization') return false;
    else if (node.op === 'Relu' && !this.#pooling) return true;
    else if (!IGNORED.includes(node.op)) {
      // After a global pool, every value is part of the embedding; without one, the rest is a classifier.
      if (this.#pooling || this.#widths[0]?.length === 0)
        throw this.#bad(node, 'not supported here.');
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
      throw this.#bad(
        node,
        `expected 3×3 kernels, padding 1, one group; got ${describe(weight?.shape)}.`,
      );
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
      if (!bytes) return true;
      const { buffer, byteOffset, byteLength } = bytes;
      return (
        byteLength === 4 && new DataView(buffer, byteOffset, byteLength).getFloat32(0, true) === 1
      );
    });
    if (weight?.shape.length !== 2 || !isPlain) {
      throw this.#bad(node, 'expected a constant matrix, with alpha and beta 1.');
    }
    const isTransposed = node.attributes.get('transB')?.number(3) === 1;
    const matrix = isTransposed ? weight : transposed(weight);
    const [out = 0, inputs = 0] = matrix.shape;
    if (bias && bias.shape.reduce((product, n) => product * n, 1) !== out) {
      throw this.#bad(node, `expected a bias of ${out} numbers, got ${describe(bias.shape)}.`);
    }
    this.#tensors.set('projection.weight', matrix);
    if (bias) this.#tensors.set('projection.bias', { ...bias, shape: [out] });
    this.#projection = { in: inputs, out, bias: bias !== undefined };
  }

  #bad(node: Node | undefined, what: string): SoutuError {
    const which = node ? `${nameOf(node)}: ${what}` : what;
    return new SoutuError('ModelError', `${this.#where}: ${which}`);
  }
}

const nameOf = ({ op, output }: Node) => `node ${short(op)} ${describe(output)}`;

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 37)}...` : text);

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

/** @returns null for tensors of other types, such as the shapes of a Reshape */
function tensorOf(fields: Fields, where: string): Tensor | null {
  const type = fields.number(2);
  if (type !== FLOAT && type !== FLOAT16) return null;
  const bad = (what: string): never => {
    throw new SoutuError('ModelError', `${where}: tensor ${describe(fields.text(8))} ${what}`);
  };
  if (fields.number(14) === 1) bad('is stored in another file. Export with all weights inside.');
  const shape = fields.numbers(1);
  if (!shape.every((n) => Number.isSafeInteger(n) && n > 0)) {
    bad(`has the shape ${describe(shape)}, expected whole numbers above 0.`);
  }
  const bytes = fields.bytes(9) ?? fields.bytes(4) ?? new Uint8Array();
  const size = shape.reduce((product, n) => product * n, type === FLOAT ? 4 : 2);
  if (bytes.length !== size) {
    bad(`${describe(shape)} needs ${size} bytes, it has ${bytes.length}. Export it again.`);
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
  // Copied, because the bytes may start at any address.
  const from = elementsOf(dtype, new Uint8Array(bytes).buffer);
  const out = elementsOf(dtype, new ArrayBuffer(bytes.length));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = from[r * columns + c] as number;
  }
  return { dtype, shape: [columns, rows], bytes: new Uint8Array(out.buffer) };
}

/** The elements as integers, so that no bit changes. */
const elementsOf = (dtype: Tensor['dtype'], buffer: ArrayBuffer) =>
  dtype === 'F32' ? new Uint32Array(buffer) : new Uint16Array(buffer);
