/** `soutu build` on several threads: the same bundle, the same words, an end. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/node/files/sha256.ts';
import { build } from '../../../src/node/index.ts';
import { startSoutu } from '../../support/command/run-soutu.ts';
import { scene, writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const names = Array.from({ length: 24 }, (_, i) => [`${i}.jpg`, i] as const);
await writePhotos(photos, Object.fromEntries(names));
await writeFile(join(photos, '11.jpg'), 'no photo');
const whole = await scene(5, 400, 300).jpeg().toBuffer();
await writeFile(join(photos, '13.jpg'), whole.subarray(0, whole.length >> 1));

/** All that the build wrote, and all that it said. */
async function built(threads: number) {
  const told: string[] = [];
  const reporter = {
    stage: (name: string, total?: number) => void told.push(`${name} ${total}`),
    step: (done: number) => void told.push(String(done)),
    warn: (line: string) => void told.push(line),
  };
  const out = join(root, `${threads}`);
  const {
    seconds: _,
    out: __,
    threads: were,
    report: ___,
    ...summary
  } = await build({
    ...{ photos, out, bundleOnly: true, threads, reporter, cache: false },
  });
  const files = new Map<string, string>();
  for (const name of (await readdir(out, { recursive: true })).sort()) {
    if (!/\.\w+$/.test(name)) continue;
    const bytes = await readFile(join(out, name));
    // Only the times of the report may differ.
    const head = name.startsWith('report.')
      ? /"built":"[^"]+","seconds":[\d.]+|[\d-]+, \d\d:\d\d UTC, model .* in [\d.]+ s/
      : null;
    files.set(name, head ? bytes.toString().replace(head, '') : sha256(bytes));
  }
  expect(were).toBe(threads);
  return { told, summary, files };
}

test('on one, two and three threads: every byte of the bundle, every word', async () => {
  const one = await built(1);
  expect(one.summary).toMatchObject({
    engine: 'kernel-deterministic',
    counts: { photos: 24, indexed: 23, failed: 1, damaged: 1 },
  });
  expect(one.files.size).toBeGreaterThan(23);
  expect(one.told.filter((line) => /^(Skipped|Damaged)/.test(line))).toHaveLength(2);
  expect(await built(2)).toEqual(one);
  expect(await built(3)).toEqual(one);
});

test('given up with Ctrl-C the process ends at once, its threads with it', async () => {
  const out = join(root, 'given-up');
  const flags = ['--out', out, '--bundle-only', '--threads', '2', '--no-cache'];
  const { child, ended } = startSoutu(['build', photos, ...flags]);
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: string) => text.includes('Embedding') && resolve());
  });
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: null, stdout: '' });
  expect(child.signalCode).toBe('SIGINT');
  await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' });
});
