import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,standin,test,dashboard/src}/**/*.test.ts'],
    globalSetup: ['test/global.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Many tests wait for clocks of their own: one more than the two cores this is made for.
    maxWorkers: 3,
    // What decides is proved to the last branch.
    coverage: {
      provider: 'v8',
      include: ['src/core/**'],
      thresholds: { 100: true },
      reporter: ['text-summary'],
    },
  },
});
