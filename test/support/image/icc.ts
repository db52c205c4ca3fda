/** A minimal RGB or grey ICC profile (version 2.1): primaries and one gamma. */
import { u16, u32 } from './png.ts';

const fixed = (n: number) => u32(Math.round(n * 65536) >>> 0);
const text = (four: string) => [...four].map((char) => char.charCodeAt(0));

/** Columns of the matrix to XYZ (D50). */
export const ADOBE_RGB = [
  [0.60974, 0.31111, 0.01947],
  [0.20528, 0.62567, 0.06087],
  [0.14919, 0.06322, 0.74457],
] as const;
/** sRGB's primaries with red and blue exchanged: wrong unless it is applied. */
export const SWAPPED = [
  [0.14307, 0.06061, 0.7141],
  [0.38515, 0.71687, 0.09708],
  [0.43607, 0.22249, 0.01392],
] as const;

export function icc(gammaValue: number, columns: readonly (readonly number[])[] | null): Buffer {
  const curve = [
    ...text('curv'),
    0,
    0,
    0,
    0,
    ...u32(1),
    ...u16(Math.round(gammaValue * 256)),
    0,
    0,
  ];
  const xyz = (values: readonly number[]) => [
    ...text('XYZ '),
    0,
    0,
    0,
    0,
    ...values.flatMap(fixed),
  ];
  const words = [...text('test'), 0];
  const desc = [
    ...text('desc'),
    0,
    0,
    0,
    0,
    ...u32(words.length),
    ...words,
    ...Array(78).fill(0),
    0,
    0,
    0,
  ];
  const tags: [string, number[]][] = [
    ['desc', desc],
    ['wtpt', xyz([0.9642, 1, 0.8249])],
    ...(columns
      ? ([
          ['rXYZ', xyz(columns[0] as readonly number[])],
          ['gXYZ', xyz(columns[1] as readonly number[])],
          ['bXYZ', xyz(columns[2] as readonly number[])],
          ['rTRC', curve],
          ['gTRC', curve],
          ['bTRC', curve],
        ] as [string, number[]][])
      : ([['kTRC', curve]] as [string, number[]][])),
  ];
  let at = 128 + 4 + 12 * tags.length;
  const table: number[] = [...u32(tags.length)];
  const bodies: number[] = [];
  for (const [name, body] of tags) {
    table.push(...text(name), ...u32(at), ...u32(body.length));
    bodies.push(...body);
    at += body.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at);
  header.writeUInt32BE(0x02100000, 8);
  header.write(`mntr${columns ? 'RGB ' : 'GRAY'}XYZ `, 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  header.set([0.9642, 1, 0.8249].flatMap(fixed), 68);
  return Buffer.concat([header, Buffer.from(table), Buffer.from(bodies)]);
}
