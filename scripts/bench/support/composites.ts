/**
 * Photos with several things, as visitors take them and catalogues do not: pots of the sample shop's held-out photos, cut
 * out and pasted on photos of something else or on plain grounds. The same seed gives the same pictures.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { seededRandom, shuffled } from '../../../src/core/vector/random.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { cutOut, sampleOutlines } from './outlines.ts';

export type Ground = 'photo' | 'plain';

export interface Composite {
  readonly photo: RgbaImage;
  /** The groups of the pasted pots. */
  readonly groups: readonly string[];
}

/** The shorter side; the longer one is a third longer. */
const SHORT = 300;
/** Pixels between a pot and the next, or the edge. */
const GAP = 5;
const TRIES = 60;

interface Pot {
  readonly group: string;
  readonly image: RgbaImage;
}

interface Placed extends Pot {
  readonly left: number;
  readonly top: number;
}

export class CompositeMaker {
  readonly #pots: readonly Pot[];
  readonly #grounds: readonly string[];
  readonly #random: () => number;
  #next = 0;

  private constructor(pots: readonly Pot[], grounds: readonly string[], random: () => number) {
    this.#pots = pots;
    this.#grounds = grounds;
    this.#random = random;
  }

  /**
   * @param sample the folder of the sample shop
   * @param distractors a folder with photos of other things
   */
  static async open(sample: string, distractors: string, seed: number): Promise<CompositeMaker> {
    const random = seededRandom(seed);
    const outlines = sampleOutlines((path) => path.startsWith('queries/'));
    const lines = (await readFile(join(sample, 'queries.tsv'), 'utf8')).trim().split('\n');
    const pots: Pot[] = [];
    for (const line of lines) {
      const [path, group] = line.split('\t') as [string, string];
      const outline = outlines.get(path);
      if (!outline) throw new Error(`${path}: the renderer plans no such photo.`);
      const { image } = await decodePhoto(join(sample, path));
      pots.push({ group, image: cutOut(image, outline) });
    }
    const files = (await readdir(distractors)).filter((name) => name.endsWith('.jpg')).sort();
    const grounds = shuffled(files, random).map((name) => join(distractors, name));
    return new CompositeMaker(pots, grounds, random);
  }

  /** One to three pots that do not overlap, the longer side of each 0.3 to 0.65 of the photo's shorter one. */
  async make(count: number, ground: Ground): Promise<Composite> {
    const isHigh = this.#random() < 0.35;
    const long = Math.round((SHORT * 4) / 3);
    const [width, height] = isHigh ? [SHORT, long] : [long, SHORT];
    const placed = await this.#place(count, width, height);
    if (placed.length < count) return this.make(count, ground);
    const behind =
      ground === 'photo' ? await this.#photo(width, height) : this.#plain(width, height);
    const pasted = await sharp(behind, { raw: { width, height, channels: 3 } })
      .composite(
        placed.map(({ image, left, top }) => ({
          input: Buffer.from(image.data),
          raw: { width: image.width, height: image.height, channels: 4 },
          left,
          top,
        })),
      )
      .jpeg({ quality: 90 })
      .toBuffer();
    // The cut edges are as soft as the rest.
    const data = await sharp(pasted).blur(0.6).ensureAlpha().raw().toBuffer();
    return { photo: { width, height, data }, groups: placed.map(({ group }) => group) };
  }

  async #place(count: number, width: number, height: number): Promise<Placed[]> {
    const most = [0.65, 0.5, 0.42][count - 1] ?? 0.42;
    const placed: Placed[] = [];
    for (const { group, image } of shuffled(this.#pots, this.#random).slice(0, count)) {
      for (let i = 0; i < TRIES; i++) {
        const side = Math.round(SHORT * this.#between(0.3, most));
        const resized = await resizedTo(image, side);
        const left = Math.floor(this.#between(GAP, width - resized.width - GAP));
        const top = Math.floor(this.#between(GAP, height - resized.height - GAP));
        const pot = { group, image: resized, left, top };
        if (placed.some((other) => overlap(pot, other))) continue;
        placed.push(pot);
        break;
      }
    }
    return placed;
  }

  #photo(width: number, height: number): Promise<Buffer> {
    const file = this.#grounds[this.#next++ % this.#grounds.length] as string;
    return sharp(file).resize(width, height, { fit: 'cover' }).removeAlpha().raw().toBuffer();
  }

  /** A wall and a table, or one shade into another, in two colours with a little noise. */
  #plain(width: number, height: number): Buffer {
    const far = [0, 1, 2].map(() => this.#between(120, 235));
    const near = far.map((level) => level + this.#between(-40, 20));
    const horizon = this.#random() < 0.5 ? this.#between(0.2, 0.5) : null;
    const out = Buffer.alloc(width * height * 3);
    for (let i = 0; i < out.length; i++) {
      const y = Math.floor(i / (width * 3)) / height;
      const part = horizon === null ? y : Number(y > horizon);
      const level = (far[i % 3] as number) * (1 - part) + (near[i % 3] as number) * part;
      out[i] = Math.min(255, Math.max(0, Math.round(level + this.#between(-3, 3))));
    }
    return out;
  }

  #between(low: number, high: number): number {
    return low + (high - low) * this.#random();
  }
}

async function resizedTo({ data, width, height }: RgbaImage, side: number): Promise<RgbaImage> {
  const resized = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(side, side, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: resized.info.width, height: resized.info.height, data: resized.data };
}

function overlap(a: Placed, b: Placed): boolean {
  return (
    a.left < b.left + b.image.width + GAP &&
    b.left < a.left + a.image.width + GAP &&
    a.top < b.top + b.image.height + GAP &&
    b.top < a.top + a.image.height + GAP
  );
}
