/** Runs a model on photos and collects the moments of its layers' inputs. */
import type { RgbaImage } from '../../../core/image/pixels.ts';
import type { FeatureMap } from '../../../core/model/head.ts';
import { type ViewSpec, viewsOf } from '../../../core/model/input-spec.ts';
import { type Layer, layersOf } from '../../../core/model/layers.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import { seededRandom } from '../../../core/vector/random.ts';
import { openTappedStack } from '../embedder/tapped-stack.ts';
import { type FloatTensors, toF32 } from '../float-tensors.ts';
import { type InputMoments, MomentsCollector } from './input-moments.ts';

/** Patches per photo and layer. With 100 photos there are several for each of the 576 inputs of a block. */
const POSITIONS = 48;
const SEED = 1;

/** A convolution whose input is another layer's output, and the way there. */
interface Observed {
  readonly name: string;
  /** The layer before it. */
  readonly before: string;
  readonly channels: number;
  /** Whether a 2×2 max-pool lies between them. */
  readonly pooled: boolean;
  /** How many pools lie before it in all. */
  readonly pools: number;
}

/**
 * @returns for the weights of every convolution but the first: its inputs are pixels, its few weights stay fine
 */
export async function observeInputs(
  spec: VggSpec,
  floats: FloatTensors,
  photos: readonly RgbaImage[],
  onPhoto: (done: number) => void = () => undefined,
): Promise<Map<string, InputMoments>> {
  const observed = observedLayers(layersOf(spec));
  const collectors = new Map(
    observed.map(({ name, channels }) => [name, new MomentsCollector(channels)]),
  );
  const random = seededRandom(SEED);
  const stack = await openTappedStack(
    spec,
    toF32(floats),
    observed.map(({ before }) => before),
  );
  const [{ width, height }] = viewsOf(spec.input) as [Required<ViewSpec>];
  try {
    for (const [done, photo] of photos.entries()) {
      const { layers } = await stack.run(photo);
      for (const { name, before, channels, pooled, pools } of observed) {
        const scale = 2 ** (pools - (pooled ? 1 : 0));
        const output: FeatureMap = {
          channels,
          height: Math.floor(height / scale),
          width: Math.floor(width / scale),
          data: layers.get(before) as Float32Array,
        };
        const map = pooled ? maxPool(output) : output;
        const pixels = map.width * map.height;
        const positions = Array.from({ length: Math.min(POSITIONS, pixels) }, () =>
          Math.floor(random() * pixels),
        );
        collectors.get(name)?.add(map, positions);
      }
      onPhoto(done + 1);
    }
  } finally {
    await stack.dispose();
  }
  return new Map(
    [...collectors].map(([name, collector]) => [`${name}.weight`, collector.finish()]),
  );
}

function observedLayers(layers: readonly Layer[]): Observed[] {
  const observed: Observed[] = [];
  let before: string | null = null;
  let pooled = false;
  let pools = 0;
  for (const layer of layers) {
    if (layer.kind === 'max-pool') {
      pooled = true;
      pools++;
      continue;
    }
    if (before !== null)
      observed.push({ name: layer.name, before, channels: layer.in, pooled, pools });
    before = layer.name;
    pooled = false;
  }
  return observed;
}

/** 2×2, stride 2; a last odd row or column is left out, as by the model. */
function maxPool({ channels, height, width, data }: FeatureMap): FeatureMap {
  const h = height >> 1;
  const w = width >> 1;
  const out = new Float32Array(channels * h * w);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const at = (c * height + 2 * y) * width + 2 * x;
        out[(c * h + y) * w + x] = Math.max(
          data[at] as number,
          data[at + 1] as number,
          data[at + width] as number,
          data[at + width + 1] as number,
        );
      }
    }
  }
  return { channels, height: h, width: w, data: out };
}
