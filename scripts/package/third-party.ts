/**
 * Generates THIRD-PARTY.txt: the licences of all packages that are bundled into our files or copied next to them, as
 * found in the bundler's module graph. Most licences require their text to be included.
 */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { at } from './paths.ts';

export const THIRD_PARTY = 'THIRD-PARTY.txt';

/** Origins of modules that the bundler adds, and of our WebAssembly, which contains its compiler's runtime. */
const ORIGINS: readonly (readonly [module: RegExp, packageName: string])[] = [
  [/^\0vite\//, 'vite'],
  [/^\0rolldown\//, 'rolldown'],
  [/\/src\/kernel\/[\w-]+\.wasm$/, 'assemblyscript'],
];

const LICENCE_FILES = /^(licen[cs]e|notice|copying|third-?party)/i;

/** Only small helpers of these are included, not the packages that they bundle themselves. */
const BUNDLERS: readonly string[] = ['vite', 'rolldown'];

/** Copyright lines, from their sources, of packages whose licence file is missing from npm. */
const COPYRIGHTS: Readonly<Record<string, string>> = {
  'onnxruntime-web': 'Copyright (c) Microsoft Corporation',
  'onnxruntime-common': 'Copyright (c) Microsoft Corporation',
  thumbhash: 'Copyright (c) 2023 Evan Wallace',
};

/** Other code compiled into a package's WebAssembly, whose licence texts are not on npm. */
const COMPILED_IN: Readonly<Record<string, (version: string) => string>> = {
  'onnxruntime-web': (version) =>
    `Its WebAssembly is built with Emscripten (MIT; musl: MIT; LLVM's libc++ and compiler-rt: Apache-2.0 with
LLVM exceptions) and holds, among others, ONNX (Apache-2.0), Protocol Buffers (BSD-3-Clause), Abseil (Apache-2.0),
FlatBuffers (Apache-2.0), Eigen (MPL-2.0), RE2 (BSD-3-Clause), Microsoft GSL (MIT), JSON for Modern C++ (MIT),
date (MIT), SafeInt (MIT) and, for WebGPU, Dawn (BSD-3-Clause). The npm package has no copy of their notices.
They are, with all texts and the sources:
https://github.com/microsoft/onnxruntime/blob/v${version}/ThirdPartyNotices.txt
https://github.com/microsoft/onnxruntime/tree/v${version}/cmake/external`,
  'hnswlib-wasm': () =>
    `Its WebAssembly is built with Emscripten (MIT; musl: MIT; LLVM's libc++ and compiler-rt: Apache-2.0 with LLVM
exceptions) and holds hnswlib (Apache-2.0), https://github.com/nmslib/hnswlib`,
};

export interface ThirdParty {
  /** Records the modules of one build. If the build emits, THIRD-PARTY.txt is part of its output. */
  plugin(options?: { readonly emit: boolean }): Plugin;
  /** Records files that are copied without a build. */
  note(files: Iterable<string>): void;
  /** Folders of the packages recorded so far. */
  packages(): ReadonlySet<string>;
  text(): Promise<string>;
}

export function collectThirdParty(): ThirdParty {
  const folders = new Set<string>();
  const note = (ids: Iterable<string>) => {
    for (const id of ids) {
      const folder = packageOf(id);
      if (folder) folders.add(folder);
    }
  };
  const text = () => textOf(folders);
  return {
    plugin: ({ emit } = { emit: false }) => ({
      name: 'soutu:third-party',
      apply: 'build',
      async generateBundle() {
        note(this.getModuleIds());
        if (emit) this.emitFile({ type: 'asset', fileName: THIRD_PARTY, source: await text() });
      },
    }),
    note,
    packages: () => folders,
    text,
  };
}

const { resolve } = createRequire(import.meta.url);

/** @returns the folder of a module's package; null for our own modules */
export function packageOf(id: string): string | null {
  const path = (id.split('?')[0] as string).replaceAll('\\', '/');
  const added = ORIGINS.find(([module]) => module.test(path));
  if (added) return folderOf(added[1]);
  // The last match, because packages may be nested in those that depend on them.
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? null;
}

function folderOf(name: string): string {
  try {
    return dirname(resolve(`${name}/package.json`));
  } catch {
    return at(`node_modules/${name}`);
  }
}

async function textOf(folders: ReadonlySet<string>): Promise<string> {
  const parts = new Map<string, string>();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    ) as { name: string; version: string; license?: string };
    const heading = `${name} ${version} (${license ?? 'see below'})`;
    const texts = [await licenceOf(folder, name, license)];
    const compiledIn = COMPILED_IN[name]?.(version);
    if (compiledIn) texts.push(compiledIn);
    parts.set(`${heading}\n${'-'.repeat(heading.length)}\n\n${texts.join('\n\n')}\n`, name);
  }
  const sorted = [...parts].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([part]) => part);
  return `Packages that are compiled into Soutu or copied with it\n\n${sorted.join('\n\n')}`;
}

/** @throws Error if a package has no licence text, because it must not be shipped without one */
async function licenceOf(folder: string, name: string, license = ''): Promise<string> {
  const files = (await readdir(folder)).filter((file) => LICENCE_FILES.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (BUNDLERS.includes(name) && texts[0]) {
    return (texts[0].split(/^# Licenses of bundled dependencies/m)[0] as string).trim();
  }
  if (texts.length > 0) return texts.map((one) => one.trim()).join('\n\n');
  const copyright = COPYRIGHTS[name];
  if (copyright && license === 'MIT') return `${copyright}\n\n${MIT}`;
  throw new Error(
    `${folder} has no licence file. Add its copyright line to COPYRIGHTS in scripts/package/third-party.ts.`,
  );
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
