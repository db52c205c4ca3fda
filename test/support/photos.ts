/** Small photos for the tests: seeded scenes of coloured shapes, each seed another scene. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { seededRandom } from '../../src/core/vector/random.ts';

export function scene(seed: number, width = 96, height = 72): Sharp {
  const random = seededRandom(seed);
  const to = (n: number) => Math.floor(random() * n);
  const colour = () => `hsl(${to(360)},${30 + to(70)}%,${20 + to(60)}%)`;
  const shapes = Array.from({ length: 8 }, () =>
    random() < 0.5
      ? `<rect x="${to(96)}" y="${to(72)}" width="${8 + to(40)}" height="${8 + to(30)}" fill="${colour()}"/>`
      : `<circle cx="${to(96)}" cy="${to(72)}" r="${4 + to(20)}" fill="${colour()}"/>`,
  );
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 96 72">` +
    `<rect width="96" height="72" fill="${colour()}"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

/** @param photos path below the folder → seed of the scene; the path's end chooses the format */
export async function writePhotos(folder: string, photos: Readonly<Record<string, number>>) {
  for (const [name, seed] of Object.entries(photos)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await scene(seed).toFile(path);
  }
}
