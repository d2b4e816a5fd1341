/**
 * Maps and graphs up to the size limits end, the cost of a task does not grow with them, and they delay nobody. The full
 * run adds those of 10,000 tasks, which take minutes each.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGraph } from '../../src/core/workflows/graph.js';
import { readsOf } from '../../src/core/executions/needed-outputs.js';
import { drawWorkflow } from '../../src/core/testing/workflow-drawing.js';
import type { WorkflowDefinition } from '../../src/core/workflows/workflow.js';
import type { Ledger, Session } from '../../src/store/db/ledger.js';
import { readResults } from '../../src/store/executions/results.js';
import { openDecisionHarness, type DecisionHarness } from '../harness/decision-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { publishWorkflow, submit, type TaskFixture } from '../harness/fixtures.js';
import { isFull, sized } from '../harness/size.js';

const FULL = 10_000;

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const task = (n: number, after: number[] = []): TaskFixture => ({
  id: `t${n}`,
  type: 'transform',
  input: { n: String(n) },
  after: after.map((m) => `t${m}`),
});
const mapped = (map: object): TaskFixture[] => [
  { id: 'm', type: 'transform', config: { map: { over: 'params.list', ...map } }, input: { n: 'item' } },
];
/** Tasks of workflows of `count` tasks, by name of the shape. */
const SHAPES: Record<string, (count: number) => TaskFixture[]> = {
  map: () => mapped({}),
  'limited map': () => mapped({ maxConcurrency: 20 }),
  chain: (count) => numbers(count).map((n) => task(n, n === 0 ? [] : [n - 1])),
  fan: (count) => {
    const middle = numbers(count - 2).map((n) => n + 1);
    return [task(0), ...middle.map((n) => task(n, [0])), task(count - 1, middle)];
  },
  layers: (count) => {
    const wide = Math.ceil(Math.sqrt(count));
    const above = (n: number) => (n % wide === 0 ? [n - wide] : [n - wide, n - wide - 1]);
    return numbers(count).map((n) => task(n, n < wide ? [] : above(n)));
  },
};

const definitionOf = (tasks: TaskFixture[]): WorkflowDefinition =>
  drawWorkflow(
    tasks.map(({ id }) => id).join(','),
    Object.fromEntries(
      tasks.map(({ id, after = [], config = {} }) => [id, { type: 'task', dependsOn: after, config }]),
    ),
    { outputMapping: { done: 'true' } },
  );

describe('without services', () => {
  let system: TestSystem;
  let harness: DecisionHarness;
  /** Rows that decisions have read. */
  let read = 0;
  let transactions = 0;
  const counting = (session: Session): Session => ({
    async query<Row extends object>(sql: string, values?: readonly unknown[]) {
      const rows = await session.query<Row>(sql, values);
      read += rows.length;
      return rows;
    },
  });
  beforeAll(async () => {
    system = await startTestSystem({ services: [] });
    const ledger: Ledger = {
      ...system.ledger,
      transaction(work) {
        transactions += 1;
        return system.ledger.transaction((session) => work(counting(session)));
      },
    };
    harness = await openDecisionHarness(system, { ledger });
  });
  afterAll(async () => {
    await harness.stop();
    await system.stop();
  });

  /** Works as workers would: at most `most` ready tasks succeed. */
  const succeed = async (id: string, most: number) =>
    (
      await system.owner.query(
        `update task_executions set status = 'succeeded', completed_at = ledger_now(), output_data = '1'
         where id in (
           select id from task_executions where workflow_execution_id = $1 and status = 'ready'
           order by map_index, task_id limit $2)`,
        [id, most],
      )
    ).rowCount ?? 0;

  /** Rows read by each of twenty decisions in the middle of the execution. */
  async function costOf(shape: string, count: number): Promise<number> {
    const id = await harness.begin(definitionOf(SHAPES[shape]?.(count) ?? []), { list: numbers(count) });
    await harness.advance(id);
    for (let n = 0; n < 5; n += 1) {
      await succeed(id, 1);
      await harness.advance(id);
    }
    read = 0;
    for (let n = 0; n < 20; n += 1) {
      expect(await succeed(id, 1)).toBe(1);
      await harness.advance(id);
    }
    return read / 20;
  }

  test.each(Object.keys(SHAPES))(
    'a decision about a %s reads no more rows at ten times the size',
    async (shape) => {
      const small = await costOf(shape, 100);
      const large = await costOf(shape, 1_000);
      expect(large).toBeLessThanOrEqual(small * 1.5);
      expect(large).toBeLessThan(50);
    },
  );

  test('a task that starts reads what it names, however much else there is', async () => {
    const definition = definitionOf(SHAPES['chain']?.(500) ?? []);
    const id = await harness.begin(definition);
    const rows = await readResults(system.ledger, id, readsOf(parseGraph(definition), 't499'));
    expect(rows.map(({ taskId }) => taskId)).toEqual(['t498']);
  });

  test('costly tasks without a worker are spread over transactions, whether they succeed or not', async () => {
    // Each costs as much as an expression may, and then fails.
    const costly = {
      type: 'transform',
      inputMapping: { n: 'params.list.map(x, params.list.map(y, y))' },
    } as const;
    const names = ['a', 'b', 'c', 'd', 'e'];
    const definition = drawWorkflow(names.join(), Object.fromEntries(names.map((name) => [name, costly])));
    const ids = await Promise.all([1, 2].map(() => harness.begin(definition, { list: numbers(2_000) })));
    transactions = 0;
    await Promise.all(ids.map((id) => harness.advance(id)));
    for (const id of ids)
      expect((await harness.read(id)).tasks.map(({ status }) => status)).toEqual(names.map(() => 'ready'));
    expect(transactions).toBeGreaterThan(names.length / 2);
  });

  test('a map of the greatest allowed size starts, collects its items and ends', async () => {
    const id = await harness.begin(definitionOf(SHAPES['map']?.(FULL) ?? []), { list: numbers(FULL) });
    await harness.advance(id);
    expect(await succeed(id, FULL)).toBe(FULL);
    await harness.advance(id);
    expect((await harness.read(id)).execution).toMatchObject({ status: 'succeeded', output: { done: true } });
  });

  test('a graph of the greatest allowed size is stopped in one decision', async () => {
    const id = await harness.begin(definitionOf(SHAPES['fan']?.(FULL) ?? []));
    await harness.advance(id);
    await system.owner.query(
      `update task_executions set status = 'failed', completed_at = ledger_now(), error_code = 'boom'
       where workflow_execution_id = $1 and status = 'ready'`,
      [id],
    );
    await harness.advance(id);
    const { execution, tasks } = await harness.read(id);
    expect(execution).toMatchObject({ status: 'failed', errorCode: 'boom' });
    expect(tasks.filter(({ status }) => status === 'cancelled')).toHaveLength(FULL - 1);
  });
});

describe('with services', () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem({ services: ['api', 'scheduler', 'workers'] });
  });
  afterAll(() => system.stop());

  const plant = (name: string, tasks: TaskFixture[]) =>
    publishWorkflow(system, name, tasks, {
      timeout: 36_000,
      parameters: [{ name: 'list', type: 'array', default: [] }],
      outputMapping: { done: 'true' },
    });

  async function end(shape: string, count: number): Promise<void> {
    const name = `${shape.replace(' ', '-')}-${count}`;
    await plant(name, SHAPES[shape]?.(count) ?? []);
    const begun = performance.now();
    const id = await submit(system, name, { list: numbers(count) });
    await untilAllEnded(system, 3_000_000);
    const { rows } = await system.owner.query(
      `select e.status, count(*) filter (where t.status = 'succeeded')::int as tasks
       from workflow_executions e join task_executions t on t.workflow_execution_id = e.id
       where e.id = $1 group by e.status`,
      [id],
    );
    expect(rows).toEqual([{ status: 'succeeded', tasks: shape.endsWith('map') ? count + 1 : count }]);
    const seconds = (performance.now() - begun) / 1_000;
    if (count === FULL) process.stdout.write(`${shape} of ${count}: ${seconds.toFixed(0)} s\n`);
  }

  test.each(Object.keys(SHAPES))('a %s ends', (shape) => end(shape, 100));

  if (isFull)
    test.each(Object.keys(SHAPES))(
      'a %s of the greatest allowed size ends',
      { timeout: 3_000_000 },
      (shape) => end(shape, FULL),
    );

  test("large maps of one tenant do not delay another tenant's tasks and timers, and cancelling them takes effect at once", async () => {
    const count = sized(2_000, FULL);
    // Its wait task keeps it alive until it is cancelled, however fast the machine is.
    await plant('large', [
      ...mapped({}),
      { id: 'hold', type: 'wait', config: { wait: { seconds: 36_000 } } },
    ]);
    await plant('small', [
      task(0),
      { id: 'w', type: 'wait', config: { wait: { seconds: 1 } }, after: ['t0'] },
      { ...task(1), after: ['w'] },
    ]);
    const key = await system.keyFor('another');
    const large = await Promise.all(numbers(4).map(() => submit(system, 'large', { list: numbers(count) })));
    for (let round = 0; round < 2; round += 1) {
      const id = await submit(system, 'small', {}, {}, { authorization: `Bearer ${key}` });
      await expect
        .poll(
          async () =>
            (await system.owner.query('select status from workflow_executions where id = $1', [id])).rows[0]
              ?.status,
          { timeout: 60_000 },
        )
        .toBe('succeeded');
    }
    // The small executions ended while most of the large ones was still to do.
    const { rows } = await system.owner.query<{ left: number }>(
      `select count(*) filter (where completed_at is null)::int as left from task_executions where workflow_execution_id = any ($1) and task_id <> 'hold'`,
      [large],
    );
    expect(rows[0]?.left).toBeGreaterThan(count);
    for (const id of large)
      expect((await system.ask('POST', `/v1/executions/${id}/cancel`, {})).status).toBe(200);
    await untilAllEnded(system);
    // No decision failed, however busy the machine and the queue were.
    expect(system.troubles.filter((fact) => fact.startsWith('execution.'))).toEqual([]);
    await expectInvariants(system);
  });
});
