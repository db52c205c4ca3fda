/** One seeded scene in every kind of file whose pixels two decoders may read differently. */
import sharp from 'sharp';
import { scene } from '../photos.ts';
import { ADOBE_RGB, icc, SWAPPED } from './icc.ts';
import {
  chromaticities,
  chunk,
  cicp,
  gamma,
  iccProfile,
  type PngParts,
  pixelData,
  png,
  u16,
  u32,
} from './png.ts';

const SIDE = { width: 96, height: 72 } as const;
const P3 = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06] as const;

/** Little-endian TIFF with one tag: orientation 6, a quarter turn. */
export const EXIF_6 = Buffer.from(
  '49492a00080000000100120103000100000006000000000000000000',
  'hex',
).subarray(0, 26);

const rgbOf = (seed: number) => scene(seed, SIDE.width, SIDE.height).raw().toBuffer();

/** File name → content; the end of the name is the format. */
export async function imageKinds(): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const part of [pngKinds, animationKinds, jpegKinds, otherKinds, orientedKinds]) {
    for (const [name, bytes] of await part()) files.set(name, bytes);
  }
  return files;
}

async function pngKinds(): Promise<[string, Buffer][]> {
  const rgb = await rgbOf(3);
  const pixels = SIDE.width * SIDE.height;
  const grey = await scene(3, SIDE.width, SIDE.height).greyscale().raw().toBuffer();
  const deep = (bytes: Buffer) =>
    Buffer.from([...bytes].flatMap((value, i) => [value, (i * 37) & 255]));
  const rgba = Buffer.alloc(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
    rgba[i * 4 + 3] = (((i % SIDE.width) * 255) / (SIDE.width - 1)) | 0;
  }
  const tagged = (...tags: Buffer[]) => png({ ...SIDE, colourType: 2, rows: rgb, tags });
  const palette = Buffer.from(Array.from({ length: 768 }, (_, i) => (i * 67) & 255));
  const bits = Buffer.from(Array.from({ length: 12 * 72 }, (_, i) => (i * 73) & 255));
  return [
    ['plain.png', tagged()],
    ['gama-1.png', tagged(gamma(1))],
    ['gama-srgb.png', tagged(gamma(0.45455))],
    ['gama-1.8.png', tagged(gamma(1 / 1.8))],
    ['gama-chrm-p3.png', tagged(gamma(1 / 2.2), chromaticities(...P3))],
    ['gama-1-chrm-p3.png', tagged(gamma(1), chromaticities(...P3))],
    ['chrm-only.png', tagged(chromaticities(...P3))],
    ['srgb-over-gama.png', tagged(chunk('sRGB', [0]), gamma(1))],
    ['iccp-adobe.png', tagged(iccProfile(icc(2.2, ADOBE_RGB)))],
    ['iccp-swapped-over-gama.png', tagged(gamma(1), iccProfile(icc(2.2, SWAPPED)))],
    ['iccp-broken-gama-1.png', tagged(gamma(1), iccProfile(Buffer.from('no profile')))],
    ['cicp-p3.png', tagged(cicp(12, 13))],
    ['cicp-linear.png', tagged(cicp(1, 8))],
    ['cicp-bt709.png', tagged(cicp(1, 1))],
    ['cicp-bt2020.png', tagged(cicp(9, 14))],
    ['cicp-gamma22.png', tagged(cicp(1, 4))],
    ['cicp-gamma28.png', tagged(cicp(1, 5))],
    ['cicp-pq.png', tagged(cicp(9, 16))],
    ['cicp-hlg.png', tagged(cicp(9, 18))],
    ['cicp-over-iccp.png', tagged(cicp(12, 13), iccProfile(icc(2.2, SWAPPED)))],
    ['cicp-unknown.png', tagged(cicp(2, 2))],
    ['deep.png', png({ ...SIDE, colourType: 2, depth: 16, rows: deep(rgb) })],
    [
      'deep-gama-1.png',
      png({ ...SIDE, colourType: 2, depth: 16, rows: deep(rgb), tags: [gamma(1)] }),
    ],
    [
      'deep-iccp.png',
      png({
        ...SIDE,
        colourType: 2,
        depth: 16,
        rows: deep(rgb),
        tags: [iccProfile(icc(1, SWAPPED))],
      }),
    ],
    [
      'deep-pq.png',
      png({ ...SIDE, colourType: 2, depth: 16, rows: deep(rgb), tags: [cicp(9, 16)] }),
    ],
    ['deep-rgba.png', png({ ...SIDE, colourType: 6, depth: 16, rows: deep(rgba) })],
    ['grey.png', png({ ...SIDE, colourType: 0, rows: grey })],
    ['grey-deep.png', png({ ...SIDE, colourType: 0, depth: 16, rows: deep(grey) })],
    ['grey-gama-1.png', png({ ...SIDE, colourType: 0, rows: grey, tags: [gamma(1)] })],
    [
      'grey-iccp.png',
      png({ ...SIDE, colourType: 0, rows: grey, tags: [iccProfile(icc(1, null))] }),
    ],
    [
      'grey-iccp-rgb.png',
      png({ ...SIDE, colourType: 0, rows: grey, tags: [iccProfile(icc(1, ADOBE_RGB))] }),
    ],
    [
      'grey-trns.png',
      png({ ...SIDE, colourType: 0, rows: grey, tags: [chunk('tRNS', u16(grey[0] ?? 0))] }),
    ],
    ['one-bit.png', png({ ...SIDE, colourType: 0, depth: 1, rows: bits })],
    ['palette.png', png({ ...SIDE, colourType: 3, rows: grey, tags: [chunk('PLTE', palette)] })],
    [
      'palette-gama-1.png',
      png({ ...SIDE, colourType: 3, rows: grey, tags: [gamma(1), chunk('PLTE', palette)] }),
    ],
    [
      'palette-trns.png',
      png({
        ...SIDE,
        colourType: 3,
        rows: grey,
        tags: [chunk('PLTE', palette), chunk('tRNS', palette.subarray(0, 200))],
      }),
    ],
    ['alpha.png', png({ ...SIDE, colourType: 6, rows: rgba })],
    ['alpha-gama-1.png', png({ ...SIDE, colourType: 6, rows: rgba, tags: [gamma(1)] })],
    [
      'trns.png',
      tagged(
        chunk(
          'tRNS',
          [...rgb.subarray(0, 3)].flatMap((value) => [0, value]),
        ),
      ),
    ],
    [
      'interlaced.png',
      await scene(3, SIDE.width, SIDE.height).png({ progressive: true }).toBuffer(),
    ],
  ];
}

/** APNG: frames of 96 × 72, another scene each. */
async function animationKinds(): Promise<[string, Buffer][]> {
  const first: PngParts = { ...SIDE, colourType: 2, rows: await rgbOf(11) };
  const second: PngParts = { ...SIDE, colourType: 2, rows: await rgbOf(12) };
  const small: PngParts = {
    width: 48,
    height: 36,
    colourType: 2,
    rows: second.rows.subarray(0, 48 * 36 * 3),
  };
  const control = (sequence: number, { width, height }: PngParts, x = 0, y = 0) =>
    chunk('fcTL', [sequence, width, height, x, y].flatMap(u32).concat(u16(1), u16(2), 0, 0));
  const data = (sequence: number, frame: PngParts) =>
    chunk('fdAT', Buffer.concat([Buffer.from(u32(sequence)), pixelData(frame)]));
  const animated = (frames: number) => chunk('acTL', [...u32(frames), ...u32(0)]);
  const frames = [control(1, second), data(2, second)];
  const hidden = (frame: PngParts, ...place: number[]) =>
    png({ ...first, tags: [animated(1)], after: [control(0, frame, ...place), data(1, frame)] });
  return [
    ['apng.png', png({ ...first, tags: [animated(2), control(0, first)], after: frames })],
    ['apng-default-hidden.png', hidden(second)],
    ['apng-hidden-offset.png', hidden(small, 20, 30)],
    [
      'apng-hidden-gama.png',
      png({
        ...first,
        tags: [gamma(1), animated(1)],
        after: [control(0, second), data(1, second)],
      }),
    ],
  ];
}

async function jpegKinds(): Promise<[string, Buffer][]> {
  const photo = () => scene(5, SIDE.width, SIDE.height);
  const plain = await photo().jpeg({ quality: 95 }).toBuffer();
  const cmyk = await photo().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  const withProfile = (jpeg: Buffer, profile: Buffer) =>
    segment(jpeg, 0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), profile]));
  return [
    ['plain.jpg', plain],
    ['progressive.jpg', await photo().jpeg({ progressive: true }).toBuffer()],
    ['444.jpg', await photo().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()],
    ['grey.jpg', await photo().greyscale().jpeg().toBuffer()],
    ['icc-p3.jpg', await photo().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer()],
    ['icc-swapped.jpg', withProfile(plain, icc(2.2, SWAPPED))],
    ['icc-adobe.jpg', withProfile(plain, icc(2.2, ADOBE_RGB))],
    ['icc-grey.jpg', withProfile(await photo().greyscale().jpeg().toBuffer(), icc(1, null))],
    ['icc-grey-profile.jpg', withProfile(plain, icc(1, null))],
    [
      'grey-icc-rgb.jpg',
      withProfile(await photo().greyscale().jpeg().toBuffer(), icc(1, ADOBE_RGB)),
    ],
    ['icc-broken.jpg', withProfile(plain, Buffer.from('no profile'))],
    ['cmyk-icc.jpg', await photo().withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer()],
    ['cmyk-plain.jpg', without(cmyk, [0xe2])],
    ['cmyk-no-adobe.jpg', without(cmyk, [0xe2, 0xee])],
    ['cmyk-rgb-icc.jpg', withProfile(without(cmyk, [0xe2]), icc(2.2, SWAPPED))],
    [
      'adobe-rgb-transform-0.jpg',
      segment(
        await photo()
          .jpeg({ chromaSubsampling: '4:4:4' })
          .toBuffer()
          .then((jpeg) => without(jpeg, [0xe0])),
        0xee,
        Buffer.from([...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 0]),
      ),
    ],
  ];
}

async function otherKinds(): Promise<[string, Buffer][]> {
  const photo = () => scene(7, SIDE.width, SIDE.height);
  const seeThrough = sharp(await photo().png().toBuffer()).ensureAlpha(0.4);
  const avif = await photo().avif({ quality: 90 }).toBuffer();
  const profiled = await photo().withIccProfile('p3').avif({ quality: 90 }).toBuffer();
  const nclx = (primaries: number, transfer: number) => withNclx(profiled, primaries, transfer);
  return [
    ['plain.webp', await photo().webp({ quality: 90 }).toBuffer()],
    ['lossless.webp', await photo().webp({ lossless: true }).toBuffer()],
    ['icc-p3.webp', await photo().withIccProfile('p3').webp({ quality: 90 }).toBuffer()],
    ['alpha.webp', await seeThrough.clone().webp({ quality: 90 }).toBuffer()],
    ['plain.gif', await photo().gif().toBuffer()],
    ['plain.avif', avif],
    ['444.avif', await photo().avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer()],
    [
      '10-bit.avif',
      await photo()
        .avif({ quality: 90, bitdepth: 10 })
        .toBuffer()
        .catch(() => avif),
    ],
    ['icc-p3.avif', profiled],
    ['alpha.avif', await seeThrough.clone().avif({ quality: 90 }).toBuffer()],
    ['nclx-p3.avif', nclx(12, 13)],
    ['nclx-linear.avif', nclx(1, 8)],
    ['nclx-bt709.avif', nclx(1, 1)],
    ['nclx-601.avif', nclx(6, 6)],
    ['nclx-bt2020.avif', nclx(9, 14)],
    ['nclx-gamma22.avif', nclx(1, 4)],
    ['nclx-240m.avif', nclx(1, 7)],
    ['nclx-unspecified.avif', nclx(2, 2)],
    ['nclx-pq.avif', nclx(9, 16)],
    ['nclx-hlg.avif', nclx(9, 18)],
  ];
}

/** Orientation 6 in every format that has a place for it. */
async function orientedKinds(): Promise<[string, Buffer][]> {
  const photo = () => scene(9, SIDE.width, SIDE.height);
  const tagged = () => photo().withMetadata({ orientation: 6 });
  const plain = await photo().png().toBuffer();
  return [
    ['exif-6.jpg', await tagged().jpeg().toBuffer()],
    ['exif-6.webp', await tagged().webp().toBuffer()],
    ['exif-6.avif', await tagged().avif().toBuffer()],
    [
      'exif-6.png',
      Buffer.concat([plain.subarray(0, 33), chunk('eXIf', EXIF_6), plain.subarray(33)]),
    ],
    [
      'exif-6-after.png',
      Buffer.concat([plain.subarray(0, -12), chunk('eXIf', EXIF_6), plain.subarray(-12)]),
    ],
  ];
}

/** Files of which browsers show the part that can be read. */
export async function damagedKinds(): Promise<Map<string, Buffer>> {
  const photo = () => scene(5, 160, 120);
  const jpeg = await photo().jpeg().toBuffer();
  const turned = await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const progressive = await photo().jpeg({ progressive: true }).toBuffer();
  const plain = await photo().png().toBuffer();
  const cut = (file: Buffer, share: number) => file.subarray(0, Math.floor(file.length * share));
  const wrong = Buffer.from(plain);
  wrong.fill(0x5a, Math.floor(plain.length * 0.7), Math.floor(plain.length * 0.7) + 9);
  const restarted = Buffer.from(jpeg);
  // A restart marker where none is expected.
  restarted.set([0xff, 0xd3], Math.floor(jpeg.length * 0.8));
  return new Map([
    ['no-end.jpg', jpeg.subarray(0, -2)],
    ['cut.jpg', cut(jpeg, 0.7)],
    ['cut-exif-6.jpg', cut(turned, 0.7)],
    ['cut-progressive.jpg', cut(progressive, 0.7)],
    [
      'cut-in-table.jpg',
      progressive.subarray(0, progressive.lastIndexOf('\xff\xc4', undefined, 'latin1') + 12),
    ],
    ['stray-restart.jpg', restarted],
    ['cut.png', cut(plain, 0.7)],
    ['wrong-bytes.png', wrong],
    ['no-end.png', plain.subarray(0, -12)],
  ]);
}

/** A segment after the start of a JPEG. */
export function segment(jpeg: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, ...u16(data.length + 2)]);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A JPEG without the segments of some markers. */
export function without(jpeg: Buffer, markers: readonly number[]): Buffer {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (!markers.includes(jpeg[at + 1] as number)) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

/**
 * An AVIF's profile box becomes one of code points. A `free` box after the properties takes the bytes that
 * this saves, so that the pixels stay where they are.
 */
function withNclx(avif: Buffer, primaries: number, transfer: number): Buffer {
  const box = avif.indexOf('colrrICC') - 4;
  const saved = avif.readUInt32BE(box) - 19;
  const code = [...u16(primaries), ...u16(transfer), ...u16(6), 0x80];
  const small = Buffer.concat([Buffer.from(u32(19)), Buffer.from('colrnclx'), Buffer.from(code)]);
  const head = Buffer.from(avif.subarray(0, box));
  const properties = head.indexOf('iprp') - 4;
  const end = properties + head.readUInt32BE(properties);
  for (const name of ['iprp', 'ipco']) {
    const at = head.indexOf(name) - 4;
    head.writeUInt32BE(head.readUInt32BE(at) - saved, at);
  }
  const free = Buffer.alloc(saved);
  free.writeUInt32BE(saved);
  free.write('free', 4);
  return Buffer.concat([
    head,
    small,
    avif.subarray(box + saved + 19, end),
    free,
    avif.subarray(end),
  ]);
}
