/**
 * What a layer's inputs look like on real photos: the mean of each input, and the mean products of every two of them
 * (the second moments E[x xᵀ]). Rounding uses them to see which errors cancel out.
 *
 *     x = one 3×3 patch of the previous layer's map, channel by channel: [channels × 9], zeros beyond the edge
 *
 * The products are kept for blocks of 64 channels only. All channels together would gain little (cosine 0.9955 → 0.9956
 * … 0.9963 at equal bytes, vgg16-lite) and take minutes for VGG16.
 */
import type { FeatureMap } from '../../../core/model/head.ts';

const PATCH = 9;
/** Inputs per block: 64 channels. */
export const BLOCK = 64 * PATCH;
/** Patches that are multiplied at a time. */
const ROWS = 512;

export interface InputMoments {
  /** Mean of each input. */
  readonly mean: Float64Array;
  /** One matrix per block of inputs, symmetric, row after row. */
  readonly blocks: readonly MomentBlock[];
}

export interface MomentBlock {
  /** First input of the block. */
  readonly from: number;
  readonly size: number;
  readonly products: Float64Array;
}

/** Collects the moments of one layer, map by map. */
export class MomentsCollector {
  readonly #sum: Float64Array;
  readonly #blocks: MomentBlock[] = [];
  /** Inputs × ROWS, input by input, so that a product of two inputs is a sum along two rows. */
  readonly #waiting: Float32Array;
  #rows = 0;
  #patches = 0;

  /** @param channels of the layer's input */
  constructor(channels: number) {
    const inputs = channels * PATCH;
    this.#sum = new Float64Array(inputs);
    this.#waiting = new Float32Array(inputs * ROWS);
    for (let from = 0; from < inputs; from += BLOCK) {
      const size = Math.min(BLOCK, inputs - from);
      this.#blocks.push({ from, size, products: new Float64Array(size * size) });
    }
  }

  /**
   * @param map the layer's input
   * @param positions pixels of the map around which patches are taken, as y × width + x
   */
  add(map: FeatureMap, positions: readonly number[]): void {
    for (const at of positions) {
      readPatch(map, at, this.#waiting, this.#rows);
      this.#rows++;
      if (this.#rows === ROWS) this.#flush();
    }
  }

  /** Call once, after the last map. */
  finish(): InputMoments {
    this.#flush();
    for (const { size, products } of this.#blocks) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          const mean = (products[i * size + j] as number) / this.#patches;
          products[i * size + j] = mean;
          products[j * size + i] = mean;
        }
      }
    }
    return { mean: this.#sum.map((sum) => sum / this.#patches), blocks: this.#blocks };
  }

  #flush(): void {
    const values = this.#waiting;
    for (let input = 0; input < this.#sum.length; input++) {
      let sum = 0;
      for (let r = 0; r < this.#rows; r++) sum += values[input * ROWS + r] as number;
      this.#sum[input] = (this.#sum[input] as number) + sum;
    }
    for (const block of this.#blocks) addProducts(block, values, this.#rows);
    this.#patches += this.#rows;
    this.#rows = 0;
  }
}

function readPatch(
  { channels, width, height, data }: FeatureMap,
  at: number,
  values: Float32Array,
  row: number,
): void {
  const x = at % width;
  const y = Math.floor(at / width);
  for (let c = 0; c < channels; c++) {
    for (let k = 0; k < PATCH; k++) {
      const px = x + (k % 3) - 1;
      const py = y + Math.floor(k / 3) - 1;
      const isInside = px >= 0 && py >= 0 && px < width && py < height;
      const value = isInside ? (data[(c * height + py) * width + px] as number) : 0;
      values[(c * PATCH + k) * ROWS + row] = value;
    }
  }
}

/** Adds the products to the lower triangle; four columns at a time, the last of a row one by one. */
function addProducts({ from, size, products }: MomentBlock, values: Float32Array, rows: number) {
  for (let i = 0; i < size; i++) {
    const a = (from + i) * ROWS;
    const line = i * size;
    let j = 0;
    for (; j + 3 <= i; j += 4) {
      const b = (from + j) * ROWS;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let r = 0; r < rows; r++) {
        const v = values[a + r] as number;
        s0 += v * (values[b + r] as number);
        s1 += v * (values[b + ROWS + r] as number);
        s2 += v * (values[b + 2 * ROWS + r] as number);
        s3 += v * (values[b + 3 * ROWS + r] as number);
      }
      products[line + j] = (products[line + j] as number) + s0;
      products[line + j + 1] = (products[line + j + 1] as number) + s1;
      products[line + j + 2] = (products[line + j + 2] as number) + s2;
      products[line + j + 3] = (products[line + j + 3] as number) + s3;
    }
    for (; j <= i; j++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) {
        sum += (values[a + r] as number) * (values[(from + j) * ROWS + r] as number);
      }
      products[line + j] = (products[line + j] as number) + sum;
    }
  }
}
