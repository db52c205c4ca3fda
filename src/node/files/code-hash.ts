import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inPackage } from './package-root.ts';
import { sha256 } from './sha256.ts';

/** What decides the content of a bundle, in the source. The package has all of it in one folder. */
const SOURCES = [
  'src/core',
  'src/engine',
  'src/node/build',
  'src/node/photos',
  'src/node/catalogue',
];

let hash: Promise<string> | null = null;

/** SHA-256 of the code that builds bundles: other code may build another bundle of the same photos. */
export function codeHash(): Promise<string> {
  hash ??= compute();
  return hash;
}

async function compute(): Promise<string> {
  const isSource = import.meta.url.endsWith('.ts');
  const folders = isSource ? SOURCES.map(inPackage) : [dirname(fileURLToPath(import.meta.url))];
  const hashes: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true });
    const code = names.filter((name) => /\.(ts|js|mjs|wasm)$/.test(name)).sort();
    hashes.push(
      ...(await Promise.all(code.map(async (name) => sha256(await readFile(join(folder, name)))))),
    );
  }
  return sha256(Buffer.from(hashes.join('\n')));
}
