/** The speeds that the build's choice of an index goes by (src/node/build/index/search-time.ts), measured in Chromium. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGraphShards } from '../../../src/core/bundle/graph.ts';
import { writeVectors } from '../../../src/core/bundle/vectors.ts';
import { GRAPH_OF_CODES } from '../../../src/node/build/graph/build-graph.ts';
import { buildGraphInThread } from '../../../src/node/build/graph/graph-thread.ts';
import { codeFiles, makeCodes } from '../../../src/node/build/index/make-codes.ts';
import { makeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { inChromium, serveFiles } from '../kernel/browser.ts';
import { writeParts } from './cold.ts';
import type { Bench } from './page/page.ts';
import type { SpeedsAsked } from './page/speeds.ts';
import type { Section } from './section.ts';
import { DIMENSION, loadVectors } from './vectors.ts';

const PAGE = '/scripts/bench/index/page/index.html';
const COUNT = 20_000;
const QUERIES = 60;

export async function measureSpeeds(): Promise<Section> {
  const { base, queries } = await loadVectors('centred cosine', COUNT);
  const files = new Map<string, Uint8Array>();
  const add = (name: string, bytes: Uint8Array | undefined) =>
    files.set(`/speeds/${name}`, bytes as Uint8Array);
  const sample = Float32Array.from(queries.slice(0, QUERIES).flatMap((query) => [...query]));
  add('queries.f32', new Uint8Array(sample.buffer));
  add(
    'vectors.bin',
    writeVectors(base, DIMENSION, [[0, COUNT]], undefined, Number.POSITIVE_INFINITY)[0]?.bytes,
  );
  const codes = await makeCodes(rowSourceOf(base, DIMENSION), {
    recall: 0.985,
    ranges: [[0, COUNT]],
  });
  const parts = await makeParts(rowSourceOf(base, DIMENSION), { recall: 0.95 });
  if (!codes || !parts) throw new Error('No codes have this recall.');
  const [codesFile] = codeFiles(codes);
  add('space.bin', codes.spaceBytes);
  add('codes.bin', codesFile?.bytes);
  const [graph] = writeGraphShards(
    await buildGraphInThread(base, DIMENSION, GRAPH_OF_CODES),
    Number.POSITIVE_INFINITY,
  );
  add('graph.bin', graph);
  const folder = await mkdtemp(join(tmpdir(), 'soutu-speeds-'));
  try {
    await writeParts(parts, base, folder);
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    for (const name of names) add(`parts/${name}`, await readFile(join(folder, name)));
    const host = await serveFiles(PAGE, files);
    const asked: SpeedsAsked = { count: COUNT, dimension: DIMENSION, parts: names };
    try {
      const speeds = await inChromium(host, (page) =>
        page.evaluate(
          (own) => (globalThis as unknown as { bench: Bench }).bench.speeds(own),
          asked,
        ),
      );
      const rates = {
        bytes: {
          codes: codes.spaceBytes.length + (codesFile?.bytes.length ?? 0),
          links: graph?.length ?? 0,
          parts: parts.cold.bytes,
        },
        waves: parts.cold.waves,
      };
      console.log(JSON.stringify({ ...rates, ...speeds }, null, 1));
      return { isMet: true, figures: { speeds: { ...rates, ...speeds } } };
    } finally {
      await host.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
