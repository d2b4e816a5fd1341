import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Pure functions: they need neither a process of their own nor any server. */
const PURE = '{src/core,dashboard/src}/**/*.test.ts';

/** The longest ones start first: one started last would be waited for alone. */
const FIRST =
  /(dashboard\/(pages|figures|catalogue|dashboard|editor)|reliability\/(chaos|crash|failpoints|shortage)|money\/virtual-bill|thermal\/(thermal|virtual-day)|executions\/large|project\/(command-line|dev)|embedded\/owners)\.test\.ts$/;

/** One project after the other, since a worker that changes its project imports everything again. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId, project }: TestSpecification) =>
      project.name === 'pure' ? 2 : Number(!FIRST.test(moduleId));
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

export default defineConfig(({ mode }) => ({
  test: {
    env: mode === 'full' ? { RADIANT_TEST_FULL: '1' } : {},
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    // Facts are waited for as long as a busy machine may need.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    pool: 'forks',
    // Many tests wait for clocks of their own: one more than the two cores this is made for.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'pure', include: [PURE], isolate: false } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['{src,standin,test}/**/*.test.ts'],
          exclude: [PURE],
          // Each import of everything takes seconds of a core, so the files of a worker share one. It is safe because modules
          // keep caches only, and a file stops what it starts.
          isolate: false,
          globalSetup: ['test/harness/global.ts'],
        },
      },
    ],
    // The decisions are covered to the last branch.
    coverage: {
      provider: 'v8',
      include: ['src/core/**'],
      thresholds: { 100: true },
      reporter: ['text-summary'],
    },
  },
}));
