/** The readers under test, each with small real files. What a reader reads, it reads completely. */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bundle } from '../../src/core/bundle/bundle.ts';
import { MANIFEST_FILE } from '../../src/core/bundle/manifest.ts';
import { filesOf } from '../../src/core/bundle/manifest-files.ts';
import type { RowBytes } from '../../src/core/bundle/row-files.ts';
import { type Similar, similarRows } from '../../src/core/bundle/similar.ts';
import type { BundleSource } from '../../src/core/bundle/source.ts';
import { readSoftRows, writeVectors } from '../../src/core/bundle/vectors.ts';
import { readContainer, writeContainer } from '../../src/core/container.ts';
import { messageOf, SoutuError } from '../../src/core/errors.ts';
import { layersOf } from '../../src/core/model/layers.ts';
import { writeSafetensors } from '../../src/core/model/safetensors.ts';
import { parseModelSpec, type VggSpec } from '../../src/core/model/spec.ts';
import { readWeights } from '../../src/core/model/weights.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/core/text.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { writeOnnxGraph } from '../../src/engine/onnx/graph.ts';
import { sha256 } from '../../src/node/files/sha256.ts';
import { type FloatTensors, f32, toF32, toFloats } from '../../src/node/model/float-tensors.ts';
import { readSource } from '../../src/node/model/import/source.ts';
import { readModelFolder } from '../../src/node/model/model-folder.ts';
import { encoderSpec } from '../../src/node/model/onnx-encoder.ts';
import { writePacked } from '../../src/node/model/pack/write-packed.ts';
import { quantise } from '../../src/node/model/quantise.ts';
import { VGG16 } from '../../src/node/model/vgg16.ts';
import { catalogueReaders } from './catalogue-readers.ts';
import { codesReaders } from './codes-readers.ts';
import { openHdf5Reader } from './hdf5-reader.ts';
import type { Reader } from './reader.ts';
import { smallBundle } from './small-bundle.ts';

const PHOTOS = 'public/sample/photos';

/** VGG16 in small. */
const SPEC: VggSpec = {
  ...VGG16,
  name: 'tiny',
  widths: [[4], [8, 8]],
  dimension: 5,
  projection: { in: 8, out: 5, bias: true },
  input: { ...VGG16.input, width: 32, height: 32 },
  canary: null,
  weights: { dtype: 'F32', files: [{ file: 'w.bin', bytes: 0, sha256: '0'.repeat(64) }] },
};

export async function openReaders(): Promise<Reader[]> {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-fuzz-'));
  return [
    ...(await modelReaders(folder)),
    ...catalogueReaders(folder),
    ...(await codesReaders()),
    ...(await bundleReaders(join(folder, 'bundle'))),
    await openHdf5Reader(join(folder, 'weights.h5'), { ...SPEC, projection: null, dimension: 8 }),
  ];
}

async function modelReaders(folder: string): Promise<Reader[]> {
  const floats = seededWeights();
  const tensors = toF32(floats);
  const safetensors = writeSafetensors(tensors);
  const packed = writePacked(quantise(floats));
  const packedSpec: VggSpec = { ...SPEC, weights: { ...SPEC.weights, dtype: 'packed' } };
  const onnx = writeOnnxGraph(SPEC, tensors);
  const file = async (name: string, bytes: Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  await mkdir(join(folder, 'model'));
  await file('model/w.bin', safetensors);
  const files = [{ file: 'w.bin', bytes: safetensors.length, sha256: sha256(safetensors) }];
  const card = JSON.stringify({ ...SPEC, weights: { dtype: 'F32', files } });
  const encoder = {
    dimension: 5,
    input: { width: 32, height: 32, mean: [1, 2, 3], scale: [1, 1, 1] },
  };
  const graph = { input: 'pixels', output: 'embedding', layout: 'NCHW', pooling: 'max' };
  const sections = [
    { name: 'a', dtype: 'u16', shape: [2, 3], data: Uint16Array.of(1, 2, 3, 4, 5, 6) },
    { name: 'b', dtype: 'f32', shape: [2], data: Float32Array.of(1, 2) },
  ] as const;
  const units = Float32Array.from([1, 0, 0, 0, 1, 0]);
  const [softRows] = writeVectors(units, 3, [[0, 2]], { rows: [0, 1], vectors: units }) as [
    RowBytes,
  ];
  return [
    {
      name: 'model folder',
      format: 'json',
      seed: encodeUtf8(card),
      read: async (bytes) => {
        await file('model/model.json', bytes);
        const imported = await settled(() => readSource(join(folder, 'model')));
        const opened = await settled(() => readModelFolder(join(folder, 'model')));
        for (const error of [imported, opened]) if (error) throw error;
      },
    },
    {
      name: 'ONNX stack',
      format: 'bytes',
      seed: onnx,
      read: async (bytes) => readSource(await file('stack.onnx', bytes)),
    },
    {
      name: 'safetensors',
      format: 'safetensors',
      seed: safetensors,
      read: async (bytes) => readSource(await file('w.safetensors', bytes)),
    },
    {
      name: 'packed',
      format: 'container',
      seed: packed,
      read: (bytes) => toFloats(SPEC, readWeights(packedSpec, [bytes]), 'packed'),
    },
    {
      name: 'container',
      format: 'container',
      seed: writeContainer({ kind: 'k', meta: { count: 2 }, sections }),
      read: (bytes) => readContainer(bytes, 'k', 'container'),
    },
    {
      name: 'soft rows',
      format: 'container',
      seed: softRows.bytes,
      read: (bytes) => readSoftRows(bytes, 2, 3, 'vectors.bin'),
    },
    {
      name: 'encoder spec',
      format: 'json',
      seed: encodeUtf8(JSON.stringify({ ...encoder, graph })),
      read: async (bytes) => {
        const { readJsonObject } = await import('../../src/node/model/read-model-file.ts');
        const raw = await readJsonObject(await file('encoder.json', bytes));
        return encoderSpec(raw, [onnx], { path: 'encoder.onnx', where: 'encoder.json' });
      },
    },
  ];
}

/** @returns what was thrown, or null */
async function settled(run: () => Promise<unknown>): Promise<unknown> {
  return run().then(
    () => null,
    (error: unknown) => error,
  );
}

/** The manifest, and one reader for each kind of file in a bundle that was really built. */
async function bundleReaders(folder: string): Promise<Reader[]> {
  await smallBundle(await somePhotos(folder), folder);
  const manifest = withEdits(await readFile(join(folder, MANIFEST_FILE)));
  const contents = new Map<string, Uint8Array>();
  const parsed = await Bundle.open(sourceOf(manifest, contents));
  const model = new Set(parsed.manifest.model.weights.files.map(({ file }) => file));
  const names = filesOf(parsed.manifest).map(({ file }) => file);
  for (const name of names) contents.set(name, await readFile(join(folder, name)));
  const readers: Reader[] = [
    {
      name: 'manifest',
      format: 'json',
      seed: manifest,
      read: async (bytes) => readAll(sourceOf(bytes, contents)),
    },
  ];
  for (const name of names) {
    if (model.has(name)) continue;
    const seed = contents.get(name) as Uint8Array;
    readers.push({
      name: `bundle: ${name.replace(/[-.][0-9a-f]{8,}.*$/, '')}`,
      format: seed[0] === 0x53 ? 'container' : 'json',
      seed,
      read: async (bytes) => {
        const changed = new Map(contents).set(name, bytes);
        await readAll(sourceOf(manifest, changed));
      },
    });
  }
  return readers;
}

/** With edits of two items, as a later release of more items has them. */
function withEdits(manifest: Uint8Array): Uint8Array {
  const parsed = JSON.parse(decodeUtf8(manifest));
  const { count, similar } = parsed.items;
  parsed.index.soft.edits = { count, removed: [], added: [] };
  const lists = [
    [1, 0, 2, 1, 0],
    [2, 0, 1],
  ];
  similar.edits = { count, removed: [1], added: [1], ids: [similar.files[0].firstId], lists };
  return encodeUtf8(JSON.stringify(parsed));
}

/** What search and display read; hashes are not checked here, or no change would come through. */
async function readAll(source: BundleSource): Promise<void> {
  const bundle = await Bundle.open(source);
  const errors: unknown[] = [];
  const archive = async () => {
    for await (const rows of bundle.archive()) if (!rows) return;
  };
  const similar = async () => {
    const { similar: own } = bundle.manifest.items;
    for (const { id } of own ? await bundle.columns() : []) {
      await similarRows(own as Similar, id, bundle.count, (file) => source.read(file));
    }
  };
  const reads = [
    () => bundle.items(),
    () => bundle.vectors(),
    () => bundle.softVectors(),
    () => bundle.graph(),
    archive,
    similar,
  ];
  for (const read of reads) {
    const error = await settled(read);
    if (error) errors.push(error);
  }
  if (errors.length > 0) throw errors.find((error) => !(error instanceof SoutuError)) ?? errors[0];
}

function sourceOf(manifest: Uint8Array, contents: ReadonlyMap<string, Uint8Array>): BundleSource {
  return {
    where: 'bundle',
    async manifest() {
      try {
        return JSON.parse(decodeUtf8(manifest));
      } catch (error) {
        throw new SoutuError('BundleError', messageOf(error), { cause: error });
      }
    },
    async read({ file }) {
      const bytes = contents.get(file);
      if (!bytes) throw new SoutuError('BundleError', `${file}: missing`);
      return bytes;
    },
  };
}

/** Attributes, groups and links make the files say all they can. */
async function somePhotos(folder: string): Promise<string> {
  const catalogue = ['bowl', 'mug', 'vase'].flatMap((kind) =>
    ['001-1', '001-2'].map((view, i) => ({
      id: `${kind}-${view}`,
      image: join(process.cwd(), PHOTOS, `${kind}-${view}.jpg`),
      group: kind,
      title: `A ${kind}`,
      url: `/${kind}`,
      attributes: { kind, views: i, colours: ['red', 'blue'] },
    })),
  );
  await mkdir(folder, { recursive: true });
  const path = `${folder}.json`;
  await writeFile(path, JSON.stringify(catalogue));
  return path;
}

function seededWeights(): FloatTensors {
  const random = seededRandom(5);
  const shapes = layersOf(SPEC).flatMap((layer) =>
    layer.kind === 'conv'
      ? ([
          [`${layer.name}.weight`, [layer.out, layer.in, 3, 3]],
          [`${layer.name}.bias`, [layer.out]],
        ] as const)
      : [],
  );
  const all = [...shapes, ['projection.weight', [5, 8]], ['projection.bias', [5]]] as const;
  const tensors = all.map(([name, shape]) => {
    const size = shape.reduce((product: number, n: number) => product * n, 1);
    return [
      name,
      f32(
        shape,
        Float32Array.from({ length: size }, () => random() - 0.5),
      ),
    ] as const;
  });
  return toFloats(parseModelSpec(SPEC, 'fuzz') as VggSpec, new Map(tensors), 'fuzz');
}
