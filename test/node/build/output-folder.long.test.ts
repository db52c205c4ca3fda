/** What happens to --out when builds collide, fail or are ended: the real command. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, statfs, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { filesOf } from '../../../src/core/bundle/manifest-files.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';
import { soutu, startSoutu } from '../../support/command/run-soutu.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
/** Takes a build long enough to be met half-way. */
const many = join(root, 'many');
/** So many that a build is far from its end when it is ended. */
const most = join(root, 'most');
const others = join(root, 'others');

beforeAll(async () => {
  const seeds = (count: number, from: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.png`, from + i]));
  await writePhotos(photos, seeds(8, 1));
  await writePhotos(many, seeds(60, 100));
  await writePhotos(most, seeds(250, 100));
  await writePhotos(others, seeds(12, 200));
});

/** Every file that the bundle in the folder refers to is there, and complete. */
async function expectComplete(folder: string, count: number): Promise<void> {
  const source = folderSource(folder);
  const bundle = await Bundle.open(source);
  for (const ref of filesOf(bundle.manifest)) await source.read(ref);
  const items = await bundle.items();
  expect(items).toHaveLength(count);
  for (const { thumb } of items)
    expect((await stat(join(folder, thumb ?? ''))).size).toBeGreaterThan(0);
}

const contentOf = async (folder: string) => {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((e) =>
    e.isFile(),
  );
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return Promise.all(paths.map(async (path) => [path, (await readFile(path)).toString('base64')]));
};

describe('two builds at once', { timeout: 180_000 }, () => {
  test('one succeeds, the other refuses in one line that names it: five times', async () => {
    for (let i = 0; i < 5; i++) {
      const out = join(root, `both-${i}`);
      const flags = ['--out', out, '--bundle-only', '--json', '--no-cache'];
      const runs = [
        startSoutu(['build', photos, ...flags]),
        startSoutu(['build', others, ...flags]),
      ];
      const ran = await Promise.all(runs.map(({ ended }) => ended));
      const winner = ran.findIndex(({ code }) => code === 0);
      const loser = 1 - winner;
      expect(ran.map(({ code }) => code).sort()).toEqual([0, 1]);
      expect(ran[loser]?.stderr.trimEnd().split('\n')).toEqual([
        expect.stringMatching(
          `^soutu build: ${out}: in use by another "soutu build" \\(process ${runs[winner]?.child.pid}, since ` +
            '[-0-9]+ [:0-9]+ UTC\\)\\. Wait until it has finished \\(or add --wait\\), or choose another ' +
            'folder with --out\\.$',
        ),
      ]);
      await expectComplete(out, winner === 0 ? 8 : 12);
      expect(await readdir(out)).not.toContain('.soutu-lock');
    }
  });

  test('with --wait the second begins when the first has finished', async () => {
    const out = join(root, 'waited');
    const flags = ['--out', out, '--bundle-only', '--wait'];
    const runs = [startSoutu(['build', others, ...flags]), startSoutu(['build', others, ...flags])];
    const ran = await Promise.all(runs.map(({ ended }) => ended));
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    const waited = ran
      .flatMap(({ stderr }) => stderr.split('\n'))
      .filter((l) => l.startsWith('Waiting'));
    expect(waited).toHaveLength(1);
    expect(waited[0]).toMatch(/^Waiting for another "soutu build" \(process \d+, since .*\): \//);
    await expectComplete(out, 12);
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'ended by %s, a build takes its new files with it; the old site is unchanged',
  async (signal) => {
    const out = join(root, `ended-${signal}`);
    expect((await soutu('build', photos, '--out', out, '--bundle-only')).code).toBe(0);
    const before = await contentOf(out);
    const { child, ended } = startSoutu([
      'build',
      most,
      '--out',
      out,
      '--bundle-only',
      '--no-cache',
    ]);
    const thumbs = async () => (await readdir(join(out, 'thumbs'))).length;
    await expect.poll(thumbs, { interval: 10 }).toBeGreaterThan(12);
    child.kill(signal);
    await ended;
    expect(child.signalCode).toBe(signal);
    expect(await contentOf(out)).toEqual(before);
  },
);

/** A file system of its own, of a few megabytes; null if this user may not mount one. */
function smallDisk(name: string, size: string): { folder: string; unmount: () => void } | null {
  const folder = join(root, name);
  try {
    execFileSync('mkdir', ['-p', folder]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'soutu-test', folder], {
      stdio: 'ignore',
    });
    return { folder, unmount: () => execFileSync('umount', [folder]) };
  } catch {
    return null;
  }
}

describe('a disk that is full', () => {
  const probe = smallDisk('probe', '64k');
  probe?.unmount();
  const mountable = probe !== null;
  const skipped = mountable ? '' : ' (skipped: only root can mount a small disk)';

  test.skipIf(!mountable)(
    `in the middle: new files go, the old bundle stays valid${skipped}`,
    async () => {
      const disk = smallDisk('small', '2m');
      try {
        const out = join(disk?.folder ?? '', 'bundle');
        const first = await soutu('build', photos, '--out', out, '--bundle-only');
        expect(first).toMatchObject({ code: 0 });
        const before = await contentOf(out);
        // What is left takes some thumbnails of the next build, but not all.
        const { bavail, bsize } = await statfs(out);
        const free = bavail * bsize;
        await writeFile(join(disk?.folder ?? '', 'other'), Buffer.alloc(free - 330_000));
        const { code, stderr } = await soutu(
          'build',
          many,
          '--out',
          out,
          '--bundle-only',
          '--thumb-size',
          '96',
        );
        expect({ code, stderr }).toMatchObject({ code: 1 });
        const last = stderr.trimEnd().split('\n').at(-1) ?? '';
        expect(last).toMatch(
          /^soutu build: \/.*: the disk is full: .* needs? [\d,]+ bytes, [\d,]+ bytes are free\. Free some space, or choose another folder with --out\.$/,
        );
        expect(last).toContain(out);
        expect(await contentOf(out)).toEqual(before);
      } finally {
        disk?.unmount();
      }
    },
  );

  test.skipIf(!mountable)(`known before: refused before a photo is read${skipped}`, async () => {
    const disk = smallDisk('tiny', '32k');
    try {
      const out = join(disk?.folder ?? '', 'bundle');
      await mkdir(join(disk?.folder ?? '', 'x'));
      const { code, stderr } = await soutu(
        'build',
        many,
        '--out',
        out,
        '--bundle-only',
        '--no-cache',
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^soutu build: .*: the disk is full: the vectors of 60 photos need at least [\d,]+ bytes, [\d,]+ bytes are free\./,
      );
      expect(await readdir(disk?.folder ?? '')).toEqual(['x']);
    } finally {
      disk?.unmount();
    }
  });
});

describe('--out in a bad place', () => {
  const build = (source: string, out: string) =>
    soutu('build', source, '--out', out, '--bundle-only');

  test.each([
    [
      'the root',
      () => '/',
      /^soutu build: --out \/ is the root of the file system\. Choose a folder/,
    ],
    [
      'the photos',
      () => photos,
      /is the folder of the photos itself\. Choose another folder; it may lie inside\. For example: --out .*photos\/site$/m,
    ],
    [
      'above the photos',
      () => root,
      /contains the photos \(.*photos\)\. Choose a folder of its own/,
    ],
  ])('%s: refused with exit code 2', async (_, out, words) => {
    const { code, stderr } = await build(photos, out());
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
  });

  test('the photos by another name (a link): refused', async () => {
    await symlink(photos, join(root, 'linked'));
    const { code, stderr } = await build(join(root, 'linked'), photos);
    expect(stderr).toContain('is the folder of the photos itself');
    expect(code).toBe(2);
  });

  test('inside the photos, by way of a link: its thumbnails are not indexed', async () => {
    const folder = join(root, 'inside');
    await writePhotos(folder, { 'a.png': 1, 'b.png': 2 });
    await symlink(folder, join(root, 'way'));
    for (const out of [join(folder, 'site'), join(root, 'way/site')]) {
      const { code, stdout } = await soutu(
        'build',
        folder,
        '--out',
        out,
        '--bundle-only',
        '--json',
      );
      expect(code).toBe(0);
      expect(JSON.parse(stdout).counts.photos).toBe(2);
    }
  });

  test('a file system that takes no folders (/proc): refused, not endless', async () => {
    if (!existsSync('/proc/self')) return; // Linux only.
    const { code, stderr } = await build(photos, '/proc/soutu/x');
    expect(stderr).toMatch(/^soutu build: \/proc\/soutu\/x: cannot be written \(ENOENT/);
    expect(code).toBe(1);
  });

  test('photos of a catalogue in the folder that builds sweep: refused by name', async () => {
    const out = join(root, 'swept');
    await writePhotos(join(out, 'bundle/thumbs'), { '0123456789abcdef.webp': 1 });
    const catalogue = join(root, 'swept.json');
    const items = [{ id: 'mug', image: join(out, 'bundle/thumbs/0123456789abcdef.webp') }];
    await writeFile(catalogue, JSON.stringify(items));
    const { code, stderr } = await soutu('build', catalogue, '--out', out);
    expect(stderr).toContain(
      `"image" of "mug" lies in ${out}/bundle, where builds delete files. Move the photos out of the site`,
    );
    expect(code).toBe(1);
  });
});
