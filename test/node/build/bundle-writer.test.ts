import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/core/bundle/manifest.ts';
import { filesOf } from '../../../src/core/bundle/manifest-files.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import { Staging } from '../../../src/node/files/staging.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const bytes = (text: string) => new TextEncoder().encode(text);
let folder = '';
let made = 0;

beforeEach(() => {
  folder = join(root, `bundle-${made++}`);
});

const openWriter = (where: string) => BundleWriter.open(where, new Staging({ warn: String }));

/** A bundle of its files only: the writer looks at nothing else of a manifest, whatever its version. */
async function release(name: string): Promise<string[]> {
  const staging = new Staging({ warn: (line) => expect.unreachable(line) });
  const writer = await BundleWriter.open(folder, staging);
  const { file: thumb } = await writer.writeThumb(bytes(`thumb ${name}`));
  const details = JSON.stringify({ image: [name], thumb: [thumb] });
  const manifest = {
    format: 'soutu-bundle',
    model: { weights: { files: [await writer.write('weights', 'safetensors', bytes('same'))] } },
    items: {
      columns: [await writer.write('columns', 'json', bytes(JSON.stringify({ id: [name] })))],
      details: [await writer.write('details', 'json', bytes(details))],
    },
    index: { vectors: await writer.writeAll('vectors', [bytes(name), bytes('2')]) },
    archive: await writer.writeAll('archive', [bytes(`archive ${name}`)]),
  } as unknown as Manifest;
  await writer.stageManifest(manifest);
  await staging.publish();
  await writer.sweep();
  return [thumb, ...filesOf(manifest).map((ref) => ref.file)];
}

async function filesIn(where: string): Promise<string[]> {
  const entries = await readdir(where, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(where.length + 1))
    .sort();
}

const sorted = (...lists: string[][]) => [...new Set(lists.flat())].sort();

describe('files', () => {
  test('are named by role and content, hold it, and know its hash', async () => {
    const writer = await openWriter(folder);
    const ref = await writer.write('columns', 'json', bytes('abc'));
    // SHA-256 of "abc": FIPS 180-2, appendix B.1.
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(ref).toEqual({ file: `columns-${sha256.slice(0, 16)}.json`, bytes: 3, sha256 });
    expect(await readFile(join(folder, ref.file), 'utf8')).toBe('abc');
    expect((await writer.writeThumb(bytes('abc'))).file).toBe(`thumbs/${sha256.slice(0, 16)}.webp`);
  });

  test('that are there are not written again; damaged ones are', async () => {
    const writer = await openWriter(folder);
    const { file } = await writer.write('columns', 'json', bytes('abc'));
    const path = join(folder, file);
    const { ino } = await stat(path);
    await writer.write('columns', 'json', bytes('abc'));
    expect((await stat(path)).ino).toBe(ino);
    for (const damage of ['ab', 'abX']) {
      await writeFile(path, damage);
      await writer.write('columns', 'json', bytes('abc'));
      expect(await readFile(path, 'utf8')).toBe('abc');
    }
  });
});

describe('releases', () => {
  test('the files of the last two stay, older ones go, the manifest is the last', async () => {
    const first = await release('first');
    expect(await filesIn(folder)).toEqual(sorted(first, ['manifest.json']));
    const second = await release('second');
    expect(await filesIn(folder)).toEqual(sorted(first, second, ['manifest.json']));
    const third = await release('third');
    expect(await filesIn(folder)).toEqual(sorted(second, third, ['manifest.json']));
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    expect(third).toContain(manifest.items.details[0].file);
  });

  test('leftovers of a killed build go, files of the owner stay', async () => {
    await mkdir(join(folder, 'thumbs'), { recursive: true });
    const leftovers = [
      'items-0123456789abcdef.json.77.tmp',
      'manifest.json.12.tmp',
      '.soutu-probe.12.tmp',
      'thumbs/0123456789abcdef.webp.9.tmp',
      'vectors-0123456789abcdef.bin',
    ];
    const foreign = [
      'items-mine.json',
      'items-0123456789ABCDEF.json',
      'notes.2026.tmp',
      'probe',
      'README.md',
      'thumbs/logo.webp',
      'thumbs/photo.1.tmp',
    ];
    for (const file of [...leftovers, ...foreign]) await writeFile(join(folder, file), 'x');
    const files = await release('first');
    expect(await filesIn(folder)).toEqual(sorted(files, foreign, ['manifest.json']));
  });

  test.each(['', '{"format":"soutu-bundle",', '{"format":"soutu-bundle","model":{}}'])(
    'a manifest that cannot be read is replaced: %s',
    async (text) => {
      await mkdir(folder);
      await writeFile(join(folder, 'manifest.json'), text);
      const files = await release('first');
      expect(await filesIn(folder)).toEqual(sorted(files, ['manifest.json']));
    },
  );

  test('details of the previous release that are cut short do not stop the next', async () => {
    const first = await release('first');
    const details = first.find((file) => file.startsWith('details-')) as string;
    await writeFile(join(folder, details), '{"image":');
    const second = await release('second');
    expect(await filesIn(folder)).toEqual(expect.arrayContaining(second));
  });
});

test('an app’s own manifest.json is not overwritten', async () => {
  await mkdir(folder);
  await writeFile(join(folder, 'manifest.json'), '{"name":"My shop","start_url":"/"}');
  const opening = openWriter(folder);
  await expect(opening).rejects.toMatchObject({ name: 'OutputError' });
  await expect(opening).rejects.toThrow(
    'manifest.json: there already, and not made by Soutu; it is not overwritten. Choose another --out',
  );
  expect(await filesIn(folder)).toEqual(['manifest.json']);
});

test('a place that cannot be written: told before any work, in one line', async () => {
  await writeFile(join(root, 'file'), '');
  const below = join(root, 'file/below');
  const failure = openWriter(below);
  await expect(failure).rejects.toMatchObject({ name: 'OutputError' });
  await expect(failure).rejects.toThrow(`${below}: cannot be written (ENOTDIR`);
  await expect(failure).rejects.toThrow('Choose another folder with --out, or change its');
});
