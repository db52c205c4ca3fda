/** What a folder of photos leaves out, and what it says about that. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { scene } from '../../support/photos.ts';
import { withShared } from '../../support/shared.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const jpeg = await scene(1).jpeg().toBuffer();
const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');

async function folderWith(name: string, files: Readonly<Record<string, Uint8Array | string>>) {
  const folder = join(root, name);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  return folder;
}

const idsOf = async (folder: string) =>
  (await readCatalogue(folder)).entries.map(({ item }) => item.id).sort();

test('files count by content: a JPEG called .heic, .bin or nothing at all', async () => {
  const folder = await folderWith('content', {
    'a.heic': jpeg,
    'b.bin': jpeg,
    IMG_3: jpeg,
    'd.bmp': await scene(1).tiff().toBuffer(),
    'e.jpe': jpeg,
    'f.jfif': jpeg,
  });
  expect(await idsOf(folder)).toEqual(['IMG_3', 'a.heic', 'b.bin', 'd.bmp', 'e.jpe', 'f.jfif']);
  expect((await readCatalogue(folder)).warnings).toEqual([]);
});

test('everything that is left out is counted by reason, with the command that converts it', async () => {
  const bmp = Buffer.alloc(60);
  bmp.write('BM');
  bmp.writeUInt32LE(40, 14);
  const folder = await folderWith('reasons', {
    'a.jpg': jpeg,
    '1.heic': heic,
    '2.heic': heic,
    '3.HEIC': heic,
    'sub/4.heif': heic,
    'logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'old.bmp': bmp,
    'notes.txt': 'words',
  });
  const { entries, warnings } = await readCatalogue(folder);
  expect(entries.map(({ item }) => item.id)).toEqual(['a.jpg']);
  expect([...warnings].sort()).toEqual(
    [
      `${folder}: 4 left out (1.heic, 2.heic, 3.HEIC and 1 more): HEIC is a patented format that few ` +
        'programs read. Convert it to JPEG: "heif-convert photo.heic photo.jpg" (Debian: ' +
        'libheif-examples), or on a Mac "sips -s format jpeg photo.heic --out photo.jpg".',
      `${folder}: 1 left out (logo.svg): SVG is a drawing, not a photo. Convert it: ` +
        '"magick drawing.svg drawing.png".',
      `${folder}: 1 left out (old.bmp): BMP is read by browsers only. Convert it: ` +
        '"magick photo.bmp photo.png".',
      `${folder}: 1 left out (notes.txt): not a photo; expected JPEG, PNG, WebP, GIF, AVIF or TIFF.`,
    ].sort(),
  );
});

test('helper folders, dot folders and helper files are skipped, and counted in one line', async () => {
  const folder = await folderWith('helpers', {
    'a.jpg': jpeg,
    '@eaDir/a.jpg/SYNOPHOTO_THUMB_XL.jpg': jpeg,
    '.thumbnails/a.jpg': jpeg,
    '__MACOSX/._a.jpg': jpeg,
    '.git/a.jpg': jpeg,
    'sub/@eaDir/b.jpg': jpeg,
    'sub/b.jpg': jpeg,
    'Thumbs.db': jpeg,
    'sub/._b.jpg': jpeg,
  });
  expect(await idsOf(folder)).toEqual(['a.jpg', 'sub/b.jpg']);
  const { warnings } = await readCatalogue(folder);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /: 7 left out \(.+, .+, .+ and 4 more\): hidden files and helper folders of other programs are skipped\.$/,
  );
});

test('names that are not UTF-8, links that lead nowhere', async () => {
  const folder = await folderWith('names', { 'a.jpg': jpeg });
  const latin1 = Buffer.concat([
    Buffer.from(`${folder}/caf`),
    Buffer.of(0xe9),
    Buffer.from('.jpg'),
  ]);
  await writeFile(latin1, jpeg);
  await symlink(join(folder, 'nowhere'), join(folder, 'broken.jpg'));
  const { entries, warnings } = await readCatalogue(folder);
  expect(entries.map(({ item }) => item.id)).toEqual(['a.jpg']);
  expect([...warnings].sort()).toEqual([
    `${folder}: 1 left out (broken.jpg): not a regular file, or a link to none.`,
    `${folder}: 1 left out (caf\ufffd.jpg): the name is not valid UTF-8, so the file cannot be opened; ` +
      'rename it ("convmv -r -f latin1 -t utf8 --notest FOLDER").',
  ]);
});

withShared('the five of ../shared/cases: all are JPEG by content', async (shared) => {
  const { entries, warnings } = await readCatalogue(join(shared, 'cases/silent-extensions'));
  expect(entries).toHaveLength(5);
  expect(warnings).toEqual([]);
});
