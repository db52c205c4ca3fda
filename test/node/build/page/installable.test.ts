/** The files that make the page an app: read by other parsers than wrote them. */
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { installableFiles, withInstallable } from '../../../../src/node/build/page/installable.ts';

const manifestOf = (files: Map<string, Uint8Array>) =>
  JSON.parse(Buffer.from(files.get('app.webmanifest') ?? '').toString('utf8'));

test('has the catalogue’s title, and icons of the sizes that it names', async () => {
  const files = await installableFiles('Mugs "& more"');
  const manifest = manifestOf(files);
  expect([manifest.name, manifest.start_url, manifest.scope]).toEqual([
    'Mugs "& more"',
    './',
    './',
  ]);
  expect(manifest.icons).toHaveLength(2);
  for (const { src, sizes } of manifest.icons) {
    const { width, height, format } = await sharp(files.get(src)).metadata();
    expect([`${width}x${height}`, format]).toEqual([sizes, 'png']);
  }
});

test('icons may be cut to a circle: outside the inner four fifths there is only paper', async () => {
  const files = await installableFiles(null);
  const { data, info } = await sharp(files.get('icon-192.png'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colours = { inside: new Set<string>(), outside: new Set<string>() };
  for (let y = 0; y < 192; y++) {
    for (let x = 0; x < 192; x++) {
      const at = (y * 192 + x) * info.channels;
      const place = Math.hypot(x - 95.5, y - 95.5) > 0.4 * 192 ? 'outside' : 'inside';
      colours[place].add(data.subarray(at, at + 3).toString('hex'));
    }
  }
  expect([...colours.outside]).toEqual(['fdfcf9']);
  expect(colours.inside.has('96492b')).toBe(true);
});

test('the page names it', () => {
  const page = withInstallable('<head><title data-title>A</title></head>');
  expect(page).toContain('</title>\n    <link rel="manifest" href="./app.webmanifest" /></head>');
});
