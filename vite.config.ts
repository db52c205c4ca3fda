import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser, LAUNCH_ARGS, SOFTWARE_GPU_ARGS } from './scripts/browser/find.ts';
import { collectThirdParty } from './scripts/package/third-party.ts';

// Only tests need a browser; `soutu build` reads this file too.
const chromium = process.env.VITEST ? findBrowser() : null;
const report = process.env.SOUTU_TEST_REPORT;
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

/** Packs the command line that tests start. */
const packed = 'test/support/command/pack.ts';

const thirdParty = collectThirdParty();

// Tests leave the cache of whoever runs them alone. One for each run: no test passes because an earlier version did.
if (process.env.VITEST && !process.env.SOUTU_CACHE) {
  const cache = mkdtempSync(join(tmpdir(), 'soutu-test-cache-'));
  process.env.SOUTU_CACHE = cache;
  process.on('exit', () => rmSync(cache, { recursive: true, force: true }));
}

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
        early: 'src/client/early-script.ts',
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
        // later.
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /\/core\/(?!bundle\/(?!cut)|codes\/|parts\/|model\/(safetensors|weights|rans-encode))/,
              minShareCount: 2,
            },
            // Loaded at once for an index of codes, beside its files.
            {
              name: 'codes',
              test: /\/(core\/codes|engine\/codes|kernel\/codes)\/|\/(bundle\/read-codes|model\/rans-encode)\.ts$/,
              includeDependenciesRecursively: false,
            },
            // Only an index in parts needs them.
            {
              name: 'parts',
              test: /\/(core|engine)\/parts\/(?!block-set)|\/cache\/part-store\.ts$/,
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
  test: {
    // Results take longer on a loaded machine, which is not a failure.
    expect: { poll: { timeout: 15_000 } },
    // .ci/run reads the counts from a file.
    reporters: [
      'default',
      './test/support/second-tries.ts',
      ...(report ? [['json', { outputFile: report }] as ['json', { outputFile: string }]] : []),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/**/*.browser.test.ts',
            'test/e2e/**',
            'test/package/**',
            'test/browsers/**',
            'test/bundlers/**',
            'test/sets/**',
            'test/engines/**',
          ],
          globalSetup: [packed],
          setupFiles: ['test/support/patience.ts'],
          // By itself, Vitest leaves one core to its own process, which has little to do.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          // Accuracy on photos that lie beside the project; `npm run test:sets`.
          name: 'sets',
          include: ['test/sets/**/*.test.ts'],
          globalSetup: [packed],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // Stores on real servers, which are installed first; `npm run test:engines`.
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          globalSetup: [packed, 'test/engines/support/install.ts', 'test/e2e/support/sites.ts'],
          // One server at a time: they need memory.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          // Built sites in a real browser, from the outside.
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: [packed, 'test/e2e/support/sites.ts'],
          // Half of a file's time is spent waiting. Vitest asks for a group for each number of workers.
          maxWorkers: 2,
          // A browser on a busy machine may miss a moment. A test that needs it is named at the end of the run.
          retry: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          // The core of the above in every supported browser; `npm run test:browsers`.
          name: 'browsers',
          include: ['test/browsers/**/*.test.ts'],
          globalSetup: [packed, 'test/e2e/support/sites.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          // The tarball of `npm pack`, installed in an empty project.
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['test/package/support/install.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        // Reference pictures and weights are in a sibling folder of the project.
        server: { fs: { allow: ['..'] } },
        // Pre-bundled at the start; otherwise Vite reloads the page in the middle of a test.
        optimizeDeps: {
          include: [
            '@noble/hashes/sha2.js',
            'comlink',
            'idb',
            'react',
            'react-dom',
            'react-dom/client',
            'thumbhash',
            'vue/dist/vue.esm-browser.prod.js',
          ],
        },
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          maxWorkers: 1,
          retry: 1,
          sequence: { groupOrder: 2 },
          // The element's styles are imported as text, which Vitest otherwise leaves empty.
          css: true,
          setupFiles: ['test/support/patience.ts', 'test/support/silent-console.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromium ? { executablePath: chromium } : {}),
                args: [...LAUNCH_ARGS, ...SOFTWARE_GPU_ARGS],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
