import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig, type Rollup } from 'vite';
import { collectThirdParty } from './scripts/package/third-party.ts';

const contentOf = (path: string) => {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};
const { resolve } = createRequire(import.meta.url);

/** Content-hashed names, as in the bundle, so that hosts may serve these files as immutable. */
const HASHED_NAMES = {
  hashCharacters: 'hex',
  chunkFileNames: 'assets/[name]-[hash:16].js',
  assetFileNames: 'assets/[name]-[hash:16][extname]',
} as const;

const thirdParty = collectThirdParty();

/**
 * Vite's helper around `import()` loads the styles and imports of a script beforehand. Ours have no styles, and import
 * only what the page has loaded already, so it would be dead weight before the first answer.
 */
const plainImports = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id: string) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
} as const;

/** Small modules that many scripts share, except those that only one later script needs. */
const COMMON =
  /\/core\/(?!bundle\/(?!cut)|codes\/|parts\/|model\/(safetensors|weights|rans-encode)|vector\/(unplaced|random)|image\/perceptual-hash|median)/;

type Modules = Pick<Rollup.PluginContext, 'getModuleInfo'>;

/** Whether the first script imports a module that others, which it loads later, import, too. */
function isSharedByFirst(id: string, modules: Modules): boolean {
  const first = entryAbove(id, modules);
  const loaded = loadedBy(first, modules);
  const importers = modules.getModuleInfo(id)?.importers ?? [];
  return loaded.has(id) && importers.some((other) => other !== first && !loaded.has(other));
}

function entryAbove(id: string, modules: Modules): string {
  // The set grows during the iteration.
  const above = new Set([id]);
  for (const one of above) {
    const info = modules.getModuleInfo(one);
    if (info?.isEntry) return one;
    for (const other of [...(info?.importers ?? []), ...(info?.dynamicImporters ?? [])]) {
      above.add(other);
    }
  }
  return id;
}

/** For each bundle, because each has a graph of its own. It is asked for when the graph is complete. */
const loadedScripts = new WeakMap<Modules, Map<string, ReadonlySet<string>>>();

function loadedBy(script: string, modules: Modules): ReadonlySet<string> {
  const known = loadedScripts.get(modules) ?? new Map<string, ReadonlySet<string>>();
  loadedScripts.set(modules, known);
  const loaded = known.get(script) ?? findLoadedBy(script, modules);
  known.set(script, loaded);
  return loaded;
}

/** The modules that a script imports, directly or not, except itself. */
function findLoadedBy(script: string, modules: Modules): ReadonlySet<string> {
  const loaded = new Set<string>();
  const add = (id: string) => {
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) {
      if (imported === script || loaded.has(imported)) continue;
      loaded.add(imported);
      add(imported);
    }
  };
  add(script);
  return loaded;
}

export default defineConfig({
  plugins: [plainImports, thirdParty.plugin({ emit: true })],
  // Relative URLs: a site must work from any sub-path.
  base: './',
  // The sample and the models are not part of a page; the build writes the files that a site needs.
  publicDir: false,
  build: {
    outDir: 'dist/page',
    // Inlined pictures or binaries (data: URLs) would violate a strict CSP (connect-src, worker-src).
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        page: 'index.html',
        early: 'src/client/connection/early-script.ts',
        sw: 'src/offline/service-worker.ts',
      },
      output: {
        // A service worker controls its own folder, and its name must never change.
        ...HASHED_NAMES,
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : HASHED_NAMES.chunkFileNames),
        // One file of what the page shares with scripts that come later, instead of several.
        codeSplitting: {
          groups: [{ name: 'shared', test: /\/core\/[^/]+\.ts$/, minShareCount: 2 }],
        },
      },
    },
    target: 'es2022',
    chunkSizeWarningLimit: 1000,
  },
  worker: {
    format: 'es',
    plugins: () => [thirdParty.plugin()],
    rollupOptions: {
      output: {
        ...HASHED_NAMES,
        entryFileNames: HASHED_NAMES.chunkFileNames,
        // One file instead of several small ones that the first search waits for: what main shares with scripts that come
        // later. Main has none of it, because they would import main then, which makes WebKit run it again: a second worker
        // in the first that answers the same questions, and was never opened.
        codeSplitting: {
          groups: [
            {
              name: (id, modules) =>
                isSharedByFirst(id, modules) || COMMON.test(id) ? 'engine' : null,
            },
            // Loaded at once for an index of codes, beside its files; many codes need code-ranking.ts besides.
            {
              name: 'codes',
              test: /\/(core\/codes|engine\/codes|kernel\/codes)\/(?!code-ranking|rank-binary|layer-codes)|\/(bundle\/read-codes|model\/rans-encode)\.ts$/,
              includeDependenciesRecursively: false,
            },
            // Only an index in parts needs them.
            {
              name: 'parts',
              test: /\/(core|engine)\/parts\/(?!block-set)|\/kernel\/codes\/layer-codes\.ts|\/cache\/part-store\.ts$/,
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
  // Loads ONNX Runtime's files by URL instead of bundling them: see src/worker/engines/onnx-browser.ts.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'import'] },
  define: {
    __ORT_WASM__: JSON.stringify({
      wasm: contentOf(resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')),
      webgpu: contentOf(resolve('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm')),
    }),
    __KERNEL_WASM__: JSON.stringify({
      deterministic: contentOf(resolve('./src/kernel/kernel.wasm')),
      fast: contentOf(resolve('./src/kernel/kernel-fast.wasm')),
    }),
  },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
});
