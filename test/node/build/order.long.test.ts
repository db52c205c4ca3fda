/** The order of a catalogue is no one's business: the same items listed otherwise make the same index in parts, to the byte. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { seededRandom, shuffled } from '../../../src/core/vector/random.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import { openParts } from '../../../src/engine/parts/open-parts.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';
import { startSoutu } from '../../support/command/run-soutu.ts';
import { folderBytes } from '../../support/folder-bytes.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const SEED = 20_261_128;
const COUNT = 24;
const root = await tempFolder();

/** Every photo is there under two ids, so that each score is there twice. */
const items = Array.from({ length: 2 * COUNT }, (_, i) => ({
  id: `item-${(7 * i) % (2 * COUNT)}`,
  image: `${i >> 1}.png`,
  ...{ title: `Piece ${i}`, group: `g${i % 9}`, attributes: { tone: i % 5 } },
}));

async function build(name: string, listed: typeof items): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  const seeds = Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [`${i}.png`, i + 1]));
  await writePhotos(folder, seeds);
  const catalogue = join(folder, 'catalogue.json');
  await writeFile(catalogue, JSON.stringify({ items: listed }));
  const out = join(root, `${name}-out`);
  const flags = ['--bundle-only', '--no-report', '--threads', '1', '--parts'];
  const { code, stderr } = await startSoutu(['build', catalogue, '--out', out, ...flags], {
    SOUTU_CACHE: join(root, 'cache'),
  }).ended;
  expect(stderr).toContain('photos indexed');
  expect(code).toBe(0);
  return out;
}

/** Of every item, with what is equally near in order of ids. */
async function exactAnswers(out: string) {
  const bundle = await Bundle.open(folderSource(out));
  expect(bundle.manifest.index.type).toBe('parts');
  const retriever = openParts(bundle);
  const options = checkOptions({ size: 15, exact: true, foldCopies: false });
  return Promise.all(
    items.map(async ({ id }) => {
      const own = await retriever.get(id);
      const found = await findPage(
        retriever,
        own?.vector as Float32Array,
        [],
        options,
        { match: 0.6, related: 0.2 },
        {},
      );
      return found.page.map(({ best }) => [best.row.id, best.score]);
    }),
  );
}

test('permuting the input changes no exact answer, and no file', async () => {
  const [one, other] = [
    await build('listed', items),
    await build('shuffled', shuffled([...items], seededRandom(SEED))),
  ];
  const answers = await exactAnswers(one);
  expect(await exactAnswers(other)).toEqual(answers);
  // The item itself and the other one with its photo.
  for (const [first, second] of answers) expect(first?.[1]).toBe(second?.[1]);
  expect(await folderBytes(other)).toEqual(await folderBytes(one));
});
