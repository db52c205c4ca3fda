/** `npm run test:bundlers`: not part of `npm test`, because it installs about 500 MB of bundlers first. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'bundlers',
    expect: { poll: { timeout: 15_000 } },
    include: ['test/bundlers/**/*.test.ts'],
    globalSetup: ['test/bundlers/support/install.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
});
