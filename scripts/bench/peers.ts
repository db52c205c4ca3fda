/**
 * `npm run bench -- peers [--json]`: other libraries that search vectors in a page, on the same 10,000 real vectors by the
 * same metric, centred cosine: bytes a picture, time to load, time of a search, recall@10. They are installed into a folder of
 * their own, ~/.cache/soutu-bench-peers (SOUTU_PEERS), with npm and, for sqlite-vec, Python.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../../src/core/median.ts';
import { loadVectors, type Vectors } from './index/vectors.ts';
import { installPeers, PYTHON } from './peers/install.ts';
import { hnswlibPeer, oramaPeer, usearchPeer, voyPeer } from './peers/libraries.ts';
import { codesPeer } from './peers/ours.ts';
import type { Peer, PeerRow } from './peers/peer.ts';

const COUNT = 10_000;
const TEN = 10;
/** Slow ones are asked less often. */
const QUERIES = 200;
const SQLITE = fileURLToPath(new URL('./peers/run_sqlite_vec.py', import.meta.url));

export async function run(args: readonly string[]): Promise<void> {
  const { modules, python } = await installPeers();
  const folder = await mkdtemp(join(tmpdir(), 'soutu-peers-'));
  try {
    const vectors = await loadVectors('centred cosine', COUNT);
    const peers: Peer[] = [
      ...[0.95, 0.985].map(codesPeer),
      hnswlibPeer,
      ...(['f32', 'f16', 'i8'] as const).map((form) => usearchPeer(modules, folder, form)),
      voyPeer(modules),
      oramaPeer(modules),
    ];
    console.log(
      `${COUNT} vectors of ${vectors.dimension} numbers, centred cosine, ${QUERIES} queries`,
    );
    console.log(
      'library                  version   runs in      B/picture  build s   load ms  search ms  recall@10',
    );
    const rows: PeerRow[] = [];
    for (const peer of peers) rows.push(printed(await measured(peer, vectors)));
    for (const row of await sqliteRows(python, folder, vectors)) rows.push(printed(row));
    if (args.includes('--json')) console.log(JSON.stringify({ peers: rows }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(peer: Peer, vectors: Vectors): Promise<PeerRow> {
  const { base, dimension, queries } = vectors;
  const plain = Float32Array.from(base);
  const begin = performance.now();
  const built = await peer.build(plain, dimension);
  const loading = performance.now();
  const searcher = await built.load();
  const loaded = performance.now();
  const times: number[] = [];
  const found: (readonly number[])[] = [];
  for (const query of queries.slice(0, QUERIES)) {
    const start = performance.now();
    found.push(await searcher.search(query));
    times.push(performance.now() - start);
  }
  searcher.close?.();
  return {
    ...{ name: peer.name, version: peer.version, runs: peer.runs },
    bytesPerPicture: built.bytes / COUNT,
    buildSeconds: (loading - begin) / 1000,
    loadMs: loaded - loading,
    queryMs: median(times),
    recall10: recallOf(found, vectors),
  };
}

async function sqliteRows(python: string, folder: string, vectors: Vectors): Promise<PeerRow[]> {
  const { base, dimension, queries } = vectors;
  await writeFile(join(folder, 'base.f32'), Float32Array.from(base));
  const some = queries.slice(0, QUERIES).flatMap((query) => [...query]);
  await writeFile(join(folder, 'queries.f32'), Float32Array.from(some));
  const { stdout } = await promisify(execFile)(python, [SQLITE, folder, String(dimension)], {
    maxBuffer: 64 << 20,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line): PeerRow => {
      const { form, bytes, found, ...times } = JSON.parse(line);
      return {
        ...{ name: `sqlite-vec, ${form}`, version: PYTHON['sqlite-vec'], runs: 'native code' },
        ...times,
        bytesPerPicture: bytes / COUNT,
        recall10: recallOf(found, vectors),
      };
    });
}

function recallOf(found: readonly (readonly number[])[], { exact }: Vectors): number {
  const hits = found.map((rows, q) => rows.filter((row) => exact[q]?.includes(row)).length);
  return hits.reduce((sum, n) => sum + n, 0) / (TEN * found.length);
}

function printed(row: PeerRow): PeerRow {
  const { name, version, runs, bytesPerPicture, buildSeconds, loadMs, queryMs, recall10 } = row;
  console.log(
    `${name.padEnd(25)}${version.padEnd(10)}${runs.padEnd(13)}${bytesPerPicture.toFixed(0).padStart(9)}` +
      `${buildSeconds.toFixed(1).padStart(9)}${loadMs.toFixed(1).padStart(10)}${queryMs.toFixed(3).padStart(11)}` +
      `${recall10.toFixed(3).padStart(11)}`,
  );
  return row;
}
