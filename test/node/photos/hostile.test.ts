/** Photos that lie about their size, hold no pixel, or cannot be read: the reason, quickly, and no more. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePhoto } from '../../../src/node/photos/decode.ts';
import { reasonOf } from '../../../src/node/photos/read-file.ts';
import { cpuMs, QUICK_MS } from '../../support/cpu-time.ts';
import { png } from '../../support/image/png.ts';
import { scene } from '../../support/photos.ts';
import { withShared } from '../../support/shared.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();

async function file(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(root, name);
  await writeFile(path, content);
  return path;
}

/** The largest memory that this process ever held, in MB. */
const peak = () => process.resourceUsage().maxRSS / 1024;

describe('thin photos', () => {
  const rows = new Uint8Array(3);
  const claiming = (width: number, height: number) => {
    const bytes = png({ width: 1, height: 1, colourType: 2, rows });
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes;
  };

  test.each([
    [100_000_000, 1],
    [1, 99_999_999],
    [1, 5_000_000],
    [65_536, 2],
  ])('a PNG that claims %i × %i is refused by its header', async (width, height) => {
    const path = await file('thin.png', claiming(width, height));
    const before = peak();
    const spent = await cpuMs(() =>
      expect(decodePhoto(path)).rejects.toMatchObject({
        name: 'PhotoError',
        message:
          `${path}: ${width}×${height} pixels; at most 65535 are allowed for each side; ` +
          'make it smaller or raise --max-pixels.',
      }),
    );
    expect(spent).toBeLessThan(QUICK_MS);
    expect(peak() - before).toBeLessThan(50);
  });

  test('the same in formats whose header is not read here', async () => {
    const wide = sharp({ create: { width: 70_000, height: 1, channels: 3, background: '#888' } });
    const path = await file('wide.tif', await wide.tiff({ compression: 'lzw' }).toBuffer());
    await expect(decodePhoto(path)).rejects.toThrow('70000×1 pixels; at most 65535 are allowed');
  });

  test('a photo of 65,535 × 1 is decoded', async () => {
    const wide = sharp({ create: { width: 65_535, height: 1, channels: 3, background: '#888' } });
    const path = await file('widest.png', await wide.png().toBuffer());
    expect((await decodePhoto(path)).image).toMatchObject({ width: 65_535, height: 1 });
  });

  test('a PNG of 10,000 × 8,000 in 100 kB is decoded, or refused by its header with a lower limit', async () => {
    const wide = sharp({
      create: { width: 10_000, height: 8000, channels: 3, background: '#c96' },
      limitInputPixels: false,
    });
    const bytes = await wide.png({ compressionLevel: 9 }).toBuffer();
    expect(bytes.length).toBeLessThan(500_000);
    const path = await file('vast.png', bytes);
    await expect(decodePhoto(path, 50_000_000)).rejects.toThrow(
      `${path}: 10000×8000 pixels, more than the 50000000 that are allowed; make it smaller or raise --max-pixels.`,
    );
    expect((await decodePhoto(path)).image).toMatchObject({ width: 10_000, height: 8000 });
  });

  withShared('the three of ../shared/cases', async (shared) => {
    for (const name of ['100000000x1', '1x5000000', '1x99999999']) {
      const path = join(shared, 'cases/thin-photos', `${name}.png`);
      await expect(decodePhoto(path)).rejects.toThrow('at most 65535 are allowed for each side');
    }
  });
});

describe('photos without a pixel', () => {
  const cut = async (format: 'jpeg' | 'png' | 'webp' | 'avif', bytes: number) => {
    const whole = await scene(4, 320, 240).toFormat(format).toBuffer();
    return file(`cut.${format}`, whole.subarray(0, bytes));
  };
  const WORDS = /: not one pixel of this photo could be decoded \(.+\)\. Replace the file\.$/;

  test('a JPEG that ends after its header', async () => {
    const whole = await scene(4, 320, 240).jpeg().toBuffer();
    const scan = whole.indexOf(Uint8Array.of(0xff, 0xda));
    for (const bytes of [scan - 100, scan, scan + 14]) {
      await expect(decodePhoto(await cut('jpeg', bytes))).rejects.toThrow(WORDS);
    }
  });

  test.each(['png', 'webp', 'avif'] as const)('a %s with only its header', async (format) => {
    await expect(decodePhoto(await cut(format, format === 'avif' ? 400 : 60))).rejects.toThrow(
      WORDS,
    );
  });

  test('a PNG whose pixels are garbage', async () => {
    const whole = await scene(4, 320, 240).png().toBuffer();
    const at = whole.indexOf('IDAT') + 4;
    whole.fill(0x5a, at, at + 200);
    await expect(decodePhoto(await file('garbage.png', whole))).rejects.toThrow(WORDS);
  });

  test.each(['#fff', '#000', '#00000000'])(
    'a sound photo that is all %s is decoded',
    async (colour) => {
      const plain = sharp({ create: { width: 64, height: 48, channels: 4, background: colour } });
      for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
        const path = await file(`plain.${format}`, await plain.clone().toFormat(format).toBuffer());
        expect(await decodePhoto(path)).toMatchObject({ damage: null, image: { width: 64 } });
      }
    },
  );

  test('a photo of which the upper half decodes is used', async () => {
    const whole = await scene(4, 320, 240).jpeg().toBuffer();
    const path = await file('half.jpg', whole.subarray(0, whole.length >> 1));
    expect((await decodePhoto(path)).damage).toBe('VipsJpeg: premature end of JPEG image');
  });

  withShared('the four of ../shared/cases', async (shared) => {
    for (const name of [
      'avif-body-broken.avif',
      'jpg-header-only.jpg',
      'png-idat-broken.png',
      'webp-header-only.webp',
    ]) {
      await expect(decodePhoto(join(shared, 'cases/blank-photo', name))).rejects.toThrow(WORDS);
    }
  });
});

describe('files that cannot be read', () => {
  const isRoot = process.getuid?.() === 0;

  test.skipIf(isRoot)(
    `without permission${isRoot ? ' (skipped: root may read everything)' : ''}`,
    async () => {
      const path = await file('secret.jpg', await scene(1).jpeg().toBuffer());
      await chmod(path, 0);
      await expect(decodePhoto(path)).rejects.toThrow(
        `${path}: permission denied. Make the file readable ("chmod +r").`,
      );
    },
  );

  test('the words for a missing permission, for root too', () => {
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    expect(reasonOf(denied, 'a.jpg')).toBe(
      'permission denied. Make the file readable ("chmod +r").',
    );
  });

  test('a folder, a FIFO', async () => {
    const folder = join(root, 'folder.jpg');
    await mkdir(folder);
    const fifo = join(root, 'fifo.jpg');
    execFileSync('mkfifo', [fifo]);
    for (const path of [folder, fifo]) {
      await expect(decodePhoto(path)).rejects.toThrow(
        `${path}: is not a regular file. Expected the file of a photo.`,
      );
    }
  });

  test('a name that is not UTF-8', async () => {
    const path = join(root, 'caf\ufffd.jpg');
    await expect(decodePhoto(path)).rejects.toThrow(
      `${path}: no such file. The name is not valid UTF-8, so it cannot be opened; rename the file`,
    );
  });

  test('HEIC: how to convert it', async () => {
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    const path = await file('phone.jpg', heic);
    await expect(decodePhoto(path)).rejects.toThrow(
      /phone\.jpg: HEIC is .*"heif-convert photo\.heic photo\.jpg".*sips/,
    );
  });
});
