/** Packs the command line and the search page into the folder that it is given. */
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packNode } from '../../../scripts/package/node.ts';
import { packPage } from '../../../scripts/package/page.ts';
import { collectThirdParty } from '../../../scripts/package/third-party.ts';

const [folder = ''] = process.argv.slice(2);
const { resolve } = createRequire(import.meta.url);

// The command line looks for them here.
await mkdir(join(folder, 'browser'));
for (const name of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
  await copyFile(resolve(`onnxruntime-web/${name}`), join(folder, 'browser', name));
}
await packPage(join(folder, 'page'));
await packNode(join(folder, 'node'), collectThirdParty());
