import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Functions of their arguments: they need neither a process of their own nor any server. */
const PURE = '{src/core,dashboard/src}/**/*.test.ts';

/** The longest of them, longest first: begun last, one of them would be waited for alone. */
const LONG = [
  'dashboard-pages',
  'voyage-bill',
  'load',
  'dashboard',
  'dashboard-catalogue',
  'dashboard-scale',
  'chaos',
  'edits',
];
const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank < 0 ? LONG.length : rank;
};

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
