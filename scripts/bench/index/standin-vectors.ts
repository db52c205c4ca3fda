/**
 * Vectors of 512 numbers: those of the stand-in for VGG16 (../shared/models), of photos in ../shared/data, centred.
 * Embedding takes minutes, so the vectors are kept in the system's temporary folder.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floatsToHalves, halvesToFloats } from '../../../src/core/half.ts';
import { seededRandom, shuffled } from '../../../src/core/vector/random.ts';
import { convertModel } from '../../../src/node/model/convert.ts';
import { openNodeEmbedder } from '../../../src/node/model/embedder/embedder-node.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { placedVectors, type Vectors } from './vectors.ts';

const SHARED = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const DIMENSION = 512;
const PHOTOS = 400;
const QUERIES = 40;
const SEED = 9;

export async function loadStandinVectors(): Promise<Vectors> {
  const all = await cached(join(tmpdir(), `soutu-bench-vgg16-${PHOTOS}.f16`));
  const count = PHOTOS - QUERIES;
  return placedVectors(
    'centred cosine',
    all.subarray(0, count * DIMENSION),
    all.subarray(count * DIMENSION),
    DIMENSION,
  );
}

async function cached(path: string): Promise<Float32Array> {
  const known = await readFile(path).catch(() => null);
  if (known?.length === 2 * PHOTOS * DIMENSION) {
    return halvesToFloats(
      new Uint16Array(known.buffer.slice(known.byteOffset, known.byteOffset + known.length)),
    );
  }
  const vectors = await embedPhotos();
  await writeFile(path, floatsToHalves(vectors));
  return halvesToFloats(floatsToHalves(vectors));
}

async function embedPhotos(): Promise<Float32Array> {
  const folder = join(SHARED, 'data/objects');
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    /\.jpe?g$/i.test(name),
  );
  const chosen = shuffled(names.sort(), seededRandom(SEED)).slice(0, PHOTOS);
  console.error(`Embedding ${chosen.length} photos with the stand-in for VGG16`);
  const reporter = { stage: () => undefined, step: () => undefined, warn: () => undefined };
  const source = join(SHARED, 'models/vgg16-standin.h5');
  const { spec, files } = await convertModel({ source, form: 'f16', reporter });
  const { embedder } = await openNodeEmbedder({ spec, weights: files }, 'deterministic', {
    photos: PHOTOS,
    warn: () => undefined,
  });
  const vectors = new Float32Array(PHOTOS * DIMENSION);
  for (const [i, name] of chosen.entries()) {
    const { image } = await decodePhoto(join(folder, name));
    vectors.set(await embedder.embed(image), i * DIMENSION);
  }
  await embedder.dispose();
  return vectors;
}
