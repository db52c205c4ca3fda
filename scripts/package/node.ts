/** Builds the package's Node files: the command line and the build API, without Vite or TypeScript. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'vite';
import { at } from './paths.ts';
import type { ThirdParty } from './third-party.ts';

export async function packNode(out: string, thirdParty: ThirdParty): Promise<void> {
  const built = await build({
    configFile: false,
    root: at('.'),
    publicDir: false,
    logLevel: 'error',
    plugins: [packedPage, packedRuntime, thirdParty.plugin()],
    // Dependencies are not bundled; optional peers are installed by users who need them.
    ssr: {
      noExternal: true,
      external: [...Object.keys(dependencies), ...Object.keys(peerDependencies)],
    },
    build: {
      write: false,
      ssr: true,
      target: 'node20',
      minify: false,
      rollupOptions: {
        input: {
          index: at('src/node/index.ts'),
          soutu: at('src/node/cli/main.ts'),
          astro: at('src/node/plugins/astro.ts'),
          eleventy: at('src/node/plugins/eleventy.ts'),
          vite: at('src/node/plugins/vite.ts'),
          'embed-worker': at('src/node/model/embedder/embed-worker.ts'),
          'task-worker': at('src/node/build/index/task-worker.ts'),
          'graph-worker': at('src/node/build/graph/graph-worker.ts'),
          'hdf5-thread': at('src/node/model/import/hdf5-thread.mjs'),
        },
        output: {
          entryFileNames: '[name].js',
          // Flat, so that a worker's script is in the same folder as the module that starts it.
          chunkFileNames: '[name]-[hash].js',
          banner: (chunk) => (chunk.fileName === 'soutu.js' ? '#!/usr/bin/env node' : ''),
        },
      },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  await mkdir(out, { recursive: true });
  for (const file of result && 'output' in result ? result.output : []) {
    await writeFile(join(out, file.fileName), file.type === 'chunk' ? file.code : file.source);
  }
  await writeFile(join(out, 'element.js'), ELEMENT);
  await writeFile(join(out, 'similar.js'), SIMILAR);
  await chmod(join(out, 'soutu.js'), 0o755);
}

/** For server-side rendering: frameworks also run a page's modules on a server, where custom elements do not exist. */
const ELEMENT = 'export class SoutuSearch {}\n';
const SIMILAR = 'export class SoutuSimilar {}\nexport const similarItems = async () => null;\n';

const require = createRequire(import.meta.url);
const { dependencies, peerDependencies } = require(at('package.json')) as Record<
  'dependencies' | 'peerDependencies',
  Record<string, string>
>;

/** Uses the prebuilt page in the package instead of Vite. */
const packedPage: Plugin = {
  name: 'soutu:packed-page',
  enforce: 'pre',
  resolveId: (source) =>
    source === './vite-page.ts' ? at('scripts/package/packed-page.ts') : null,
};

const RUNTIME = '\0onnxruntime';
const RUNTIME_SCRIPT = join(
  dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')),
  'ort.node.min.mjs',
);

/** Uses ONNX Runtime's WebAssembly from the browser files instead of its npm package of 139 MB. */
const packedRuntime: Plugin = {
  name: 'soutu:packed-runtime',
  enforce: 'pre',
  resolveId: (source) => (source === 'onnxruntime-web' ? RUNTIME : null),
  load: (id) =>
    id === RUNTIME
      ? `
import { env } from ${JSON.stringify(RUNTIME_SCRIPT)};
const beside = (name) => new URL(\`../browser/\${name}\`, import.meta.url).href;
env.wasm.wasmPaths = {
  mjs: beside('ort-wasm-simd-threaded.mjs'),
  wasm: beside('ort-wasm-simd-threaded.wasm'),
};
export * from ${JSON.stringify(RUNTIME_SCRIPT)};
`
      : null,
};
