/** Licences: every package that Vite counts among those of the page is named, and what no graph of scripts shows. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';
import { collectThirdParty, packageOf } from '../../../scripts/package/third-party.ts';
import { tempFolder } from '../../support/temp.ts';

const HEADING = /^(\S+) [\d.]+ \([\w.-]+\)\n-+\n/gm;

test('THIRD-PARTY.txt of a page names every package that is in it, with a licence text', async () => {
  const built = await build({
    configFile: 'vite.config.ts',
    logLevel: 'error',
    build: { write: false, license: { fileName: 'vite.json' } },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const textOf = (name: string) => {
    const file = output.find(({ fileName }) => fileName === name);
    return file?.type === 'asset' ? file.source.toString() : '';
  };
  const byVite = (JSON.parse(textOf('vite.json')) as { name: string }[]).map(({ name }) => name);
  const text = textOf('THIRD-PARTY.txt');
  const named = [...text.matchAll(HEADING)].map(([, name]) => name);
  expect(byVite.length).toBeGreaterThan(0);
  // Those of the page, of its worker, and of WebAssembly.
  const inWorker = ['idb', 'onnxruntime-web', 'assemblyscript'];
  expect(named).toEqual(expect.arrayContaining([...byVite, ...inWorker]));
  const parts = text.split(HEADING).slice(1);
  for (let i = 1; i < parts.length; i += 2) {
    expect(parts[i], parts[i - 1]).toMatch(/permission|permitted|licensed/i);
    expect(parts[i]?.length, parts[i - 1]).toBeGreaterThan(500);
  }
  // What ONNX Runtime's WebAssembly holds.
  expect(text).toMatch(/Protocol Buffers \(BSD-3-Clause\)[\s\S]+ThirdPartyNotices\.txt/);
});

test('modules are of the package in whose folder they lie, nested ones too; our own are of none', () => {
  expect(packageOf('/a/node_modules/idb/build/index.js?v=1')).toBe('/a/node_modules/idb');
  expect(packageOf('/a/node_modules/x/node_modules/@s/y/i.js')).toBe(
    '/a/node_modules/x/node_modules/@s/y',
  );
  expect(packageOf('\0/a/node_modules/idb/i.js?commonjs-proxy')).toBe('/a/node_modules/idb');
  expect(packageOf('/a/src/core/errors.ts')).toBeNull();
  expect(packageOf('/a/src/kernel/kernel.wasm?url')).toMatch(/node_modules\/assemblyscript$/);
});

test('a package without a licence text is refused by its folder', async () => {
  const folder = join(await tempFolder(), 'node_modules/nobody');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    '{"name":"nobody","version":"1.0.0","license":"MIT"}',
  );
  const thirdParty = collectThirdParty();
  thirdParty.note([join(folder, 'index.js')]);
  await expect(thirdParty.text()).rejects.toThrow(
    `${folder} has no licence file. Add its copyright line to COPYRIGHTS in scripts/package/third-party.ts.`,
  );
});
