/**
 * The tests. Groups run one after the other:
 *
 *                 npm test          npm run test:long       npm run test:late
 *     group 0     isolated, node    node-long               browser-late
 *     group 1     e2e, browser      e2e-long                e2e-late
 *     group 2                       browser-long, package
 *
 * Tests in Node compute; those in browsers wait for half of their time.
 *
 * Files with `.long.` in their names, and the installed package, are in `npm run test:long`, so that `npm test` takes
 * less than ten minutes on two cores.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import { findBrowser, LAUNCH_ARGS, SOFTWARE_GPU_ARGS } from './scripts/browser/find.ts';
import { LongestFirst } from './test/support/longest-first.ts';
import vite from './vite.config.ts';

const chromium = findBrowser();
const report = process.env.SOUTU_TEST_REPORT;

// What the files of a run share. Tests do not use your cache: each run has its own, so that no test passes because of an
// earlier version.
if (!process.env.SOUTU_TEST_FOLDER) {
  const folder = mkdtempSync(join(tmpdir(), 'soutu-test-'));
  process.env.SOUTU_TEST_FOLDER = folder;
  process.env.SOUTU_CACHE ??= join(folder, 'cache');
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

const LONG = 'test/**/*.long.test.ts';
const LONG_E2E = 'test/e2e/**/*.long.test.ts';
const LONG_BROWSER = 'test/**/*.long.browser.test.ts';

/** Packs the command line that tests start. */
const packed = 'test/support/command/pack.ts';
const sites = 'test/e2e/support/sites.ts';

const PATIENT = { testTimeout: 180_000, hookTimeout: 300_000 };

const NOT_NODE = [
  'test/**/*.browser.test.ts',
  'test/e2e/**',
  'test/package/**',
  'test/browsers/**',
  'test/bundlers/**',
  'test/sets/**',
  'test/engines/**',
];

const NODE = {
  include: ['test/**/*.test.ts'],
  globalSetup: [packed],
  setupFiles: ['test/support/patience.ts'],
  // One more than there are cores in CI: some files wait for servers, and for time to pass.
  maxWorkers: 3,
  ...PATIENT,
};

/**
 * A process for each of these files: their helpers register hooks when they are imported, a library starts once in a
 * process, or they measure or change what a process has once.
 */
const ISOLATED = [
  ...['cache', 'kernel', 'node/build/graph', 'widget/words', 'worker'].map(
    (folder) => `test/${folder}/**/*.test.ts`,
  ),
  'test/engine/kernel-node.test.ts',
  'test/node/photos/download-memory.test.ts',
];

/** Built sites in a real browser, from the outside. */
const E2E = {
  include: ['test/e2e/**/*.test.ts'],
  globalSetup: [packed, sites],
  maxWorkers: 2,
  // A browser on a busy machine may miss a moment. A test that needs it is named at the end of the run.
  retry: 1,
  sequence: { groupOrder: 1 },
  ...PATIENT,
};

/** Modules and elements on pages of Vitest's own. */
const BROWSER = {
  // The element's styles are imported as text, which Vitest otherwise leaves empty.
  css: true,
  setupFiles: ['test/support/patience.ts', 'test/support/silent-console.ts'],
  retry: 1,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  browser: {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    // One page at a time; `maxWorkers` below only has to be that of the group.
    fileParallelism: false,
    provider: playwright({
      launchOptions: {
        ...(chromium ? { executablePath: chromium } : {}),
        args: [...LAUNCH_ARGS, ...SOFTWARE_GPU_ARGS],
      },
    }),
    instances: [{ browser: 'chromium' as const }],
  },
};

/** What Vite needs for them. */
const BROWSER_VITE = {
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
} as const;

export default mergeConfig(
  vite,
  defineConfig({
    test: {
      // Results take longer on a loaded machine, which is not a failure.
      expect: { poll: { timeout: 15_000 } },
      sequence: { sequencer: LongestFirst },
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
            // Files share processes, in which the product's modules are loaded once: a third less time.
            ...NODE,
            name: 'node',
            exclude: [...NOT_NODE, LONG, ...ISOLATED],
            setupFiles: ['test/support/shared-process.ts', ...NODE.setupFiles],
            isolate: false,
          },
        },
        {
          extends: true,
          test: { ...NODE, name: 'isolated', include: ISOLATED, exclude: [...NOT_NODE, LONG] },
        },
        { extends: true, test: { ...NODE, name: 'node-long', include: [LONG], exclude: NOT_NODE } },
        { extends: true, test: { ...E2E, name: 'e2e', exclude: [LONG] } },
        { extends: true, test: { ...E2E, name: 'e2e-long', include: [LONG_E2E] } },
        {
          ...BROWSER_VITE,
          test: {
            ...BROWSER,
            name: 'browser',
            include: ['test/**/*.browser.test.ts'],
            exclude: [LONG_BROWSER],
            maxWorkers: 2,
            sequence: { groupOrder: 1 },
          },
        },
        {
          ...BROWSER_VITE,
          test: {
            ...BROWSER,
            name: 'browser-long',
            include: [LONG_BROWSER],
            maxWorkers: 1,
            sequence: { groupOrder: 2 },
          },
        },
        {
          ...BROWSER_VITE,
          test: {
            // As on a slow and busy machine; `npm run test:late`.
            ...BROWSER,
            name: 'browser-late',
            include: ['test/**/*.browser.test.ts'],
            exclude: [LONG_BROWSER],
            setupFiles: ['test/support/late.ts', ...BROWSER.setupFiles],
            retry: 0,
          },
        },
        {
          extends: true,
          test: {
            ...E2E,
            name: 'e2e-late',
            exclude: [LONG],
            env: { SOUTU_TEST_LATE: '1' },
            retry: 0,
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
            ...PATIENT,
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
            globalSetup: [packed, 'test/engines/support/install.ts', sites],
            // One server at a time: they need memory.
            fileParallelism: false,
            testTimeout: 120_000,
            hookTimeout: 300_000,
          },
        },
        {
          extends: true,
          test: {
            // The core of `e2e` in every supported browser; `npm run test:browsers`.
            name: 'browsers',
            include: ['test/browsers/**/*.test.ts'],
            globalSetup: [packed, sites],
            fileParallelism: false,
            testTimeout: 120_000,
            hookTimeout: 300_000,
          },
        },
      ],
    },
  }),
);
