import { defineConfig } from 'vitest/config';

/** Functions of their arguments: they need neither a process of their own nor any server. */
const PURE = '{src/core,dashboard/src}/**/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Many tests wait for clocks of their own: one more than the two cores this is made for.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'pure', include: [PURE], isolate: false } },
      {
        extends: true,
        test: {
          name: 'house',
          include: ['{src,standin,test}/**/*.test.ts'],
          exclude: [PURE],
          globalSetup: ['test/global.ts'],
        },
      },
    ],
    // What decides is proved to the last branch.
    coverage: {
      provider: 'v8',
      include: ['src/core/**'],
      thresholds: { 100: true },
      reporter: ['text-summary'],
    },
  },
});
