/** Runs workflows that a test writes in place, and reads what became of them. */
import { expect } from 'vitest';
import { publishWorkflow, submit, type TaskFixture } from '../harness/fixtures.js';
import { expectInvariants } from '../harness/invariants.js';
import type { TestSystem } from '../harness/system.js';

export interface Shown {
  id: string;
  status: string;
  output: Record<string, unknown> | null;
  error: { code: string; message: string } | null;
  tasks: {
    taskId: string;
    mapIndex: number | null;
    status: string;
    attempt: number;
    modelId: string | null;
    costUsd: string;
    error: { code: string } | null;
  }[];
}

/** @param patience how long an execution may take, and how often it is read, in milliseconds */
export function openRunner(system: TestSystem, patience: { timeout: number; interval: number }) {
  const read = async (id: string) =>
    (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as Shown;
  async function ended(id: string): Promise<Shown> {
    await expect
      .poll(async () => (await read(id)).status, patience)
      .toMatch(/succeeded|failed|cancelled|timed_out/);
    return read(id);
  }
  let published = 0;
  async function begin(
    tasks: TaskFixture[],
    parameters: Record<string, unknown> = {},
    options: Parameters<typeof publishWorkflow>[3] = {},
  ): Promise<string> {
    const name = `w${(published += 1)}`;
    await publishWorkflow(system, name, tasks, {
      parameters: Object.entries(parameters).map(([key, value]) => ({
        name: key,
        type: Array.isArray(value) ? 'array' : typeof value,
      })),
      ...options,
    });
    return submit(system, name, parameters);
  }
  return {
    read,
    ended,
    begin,
    run: async (...asked: Parameters<typeof begin>) => ended(await begin(...asked)),
    /** Once no attempt runs any more. */
    async expectInvariantsAtRest(): Promise<void> {
      await expect
        .poll(
          async () =>
            (await system.owner.query("select from task_attempts where status = 'running'")).rows.length,
          { timeout: 30_000 },
        )
        .toBe(0);
      await expectInvariants(system);
    },
  };
}
export type Runner = ReturnType<typeof openRunner>;

/** Each task and its status in order: `a succeeded, b skipped`. Items of maps are left out. */
export const states = ({ tasks }: Shown): string =>
  tasks
    .filter(({ mapIndex }) => mapIndex === null)
    .map(({ taskId, status }) => `${taskId} ${status}`)
    .join(', ');
export const step = (id: string, after: string[] = [], more: Partial<TaskFixture> = {}): TaskFixture => ({
  id,
  type: 'transform',
  after,
  input: { it: '1' },
  ...more,
});
export const each = (id: string, over: string, after: string[] = [], config: object = {}): TaskFixture =>
  step(id, after, { input: { it: 'item' }, config: { map: { over }, ...config } });
