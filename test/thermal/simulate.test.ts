/** Promise: the cost of other settings is computed from the ledger's records, or from a file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usualSeconds } from '../../src/store/money/durations.js';
import { readArrivals, readUse } from '../../src/store/thermal/recorded-arrivals.js';
import { simulateModel } from '../../src/commands/simulate.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  await registerEchoModel(system, 'echo', { warmupSeconds: 1, idleMinutes: 10 });
  await registerEchoModel(system, 'unused');
  await publishWorkflow(system, 'fold', [
    { id: 'search', type: 'validation' },
    { id: 'only', model: 'echo' },
  ]);
});
afterAll(() => system.stop());

const DAY = Date.UTC(2026, 0, 5);
const at = (seconds: number) => new Date(DAY + seconds * 1000);

/** A task that became ready at `ready` of an execution begun at `begun`; each attempt gives its work. */
async function record(
  { begun, ready }: { begun: number; ready: number },
  attempts: { seconds: number; usage?: object; status?: string; sent?: boolean }[],
  status = 'succeeded',
): Promise<void> {
  const ended = status === 'succeeded' || status === 'cancelled';
  const [execution] = (
    await system.owner.query<{ id: string; tenant_id: string }>(
      `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, status, started_at)
       select w.id, v.id, u.tenant_id, u.id, 'running', $1
       from workflow_definitions w join workflow_versions v on v.workflow_id = w.id, users u
       where w.workflow_id = 'fold' limit 1
       returning id, tenant_id`,
      [at(begun)],
    )
  ).rows;
  const last = at(ready + attempts.reduce((sum, { seconds }) => sum + seconds, 0));
  const [task] = (
    await system.owner.query<{ id: string }>(
      `insert into task_executions (workflow_execution_id, tenant_id, task_id, timeout_seconds, status, first_ready_at,
         ready_at, completed_at, model_id, model_key)
       select $1, $2, 'only', 300, $3, $4, $4, $5, id, model_id from ai_models where model_id = 'echo' returning id`,
      [execution?.id, execution?.tenant_id, status, at(ready), ended ? last : null],
    )
  ).rows;
  for (const [index, { seconds, usage = {}, status = 'succeeded', sent = true }] of attempts.entries()) {
    await system.owner.query(
      `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker,
         status, usage, sent_at, started_at, ended_at)
       select $1, $2, $3, $4, id, 'w', $5, $6, $7, $8, $9 from ai_models where model_id = 'echo'`,
      [
        task?.id,
        index + 1,
        execution?.id,
        execution?.tenant_id,
        status,
        JSON.stringify(usage),
        sent ? at(ready) : null,
        at(ready),
        at(ready + seconds),
      ],
    );
  }
}

describe('recorded arrivals', () => {
  beforeAll(async () => {
    await record({ begun: 900, ready: 1000 }, [{ seconds: 40, usage: { computeSeconds: 12.5 } }]);
    await record({ begun: 100, ready: 400 }, [
      { seconds: 7, status: 'failed' },
      { seconds: 20 },
      { seconds: 99, status: 'cancelled', sent: false },
    ]);
    // Never sent, not ended, and before and after the requested time.
    await record({ begun: 500, ready: 500 }, [], 'cancelled');
    await record({ begun: 500, ready: 600 }, [{ seconds: 3, status: 'failed' }], 'ready');
    await record({ begun: 0, ready: 10 }, [{ seconds: 1 }]);
    await record({ begun: 0, ready: 2000 }, [{ seconds: 1 }]);
  });

  test('are the tasks that worked at the model, all their attempts, in order, with what could be forecast', async () => {
    const use = await readUse(system.ledger, 'echo');
    const uuid = use?.model.uuid as string;
    expect(await readArrivals(system.ledger, uuid, at(100), at(2000))).toEqual([
      { at: at(400), seconds: 27, leadSeconds: 300 },
      { at: at(1000), seconds: 12.5, leadSeconds: 100 },
    ]);
    expect(await usualSeconds(system.ledger, uuid)).toBe((1 + 12.5) / 2);
    expect(use).toMatchObject({ warmupSeconds: 1, model: { thermal: { scaleToZeroAfterMinutes: 10 } } });
    expect(await readUse(system.ledger, 'nobody')).toBeNull();
  });

  test('are replayed with the settings of the model, and the cheapest is named', async () => {
    const asked = { model: 'echo', from: at(100).toISOString(), to: at(2000).toISOString(), target: '1s' };
    const text = await simulateModel(system.ledger, 5000, asked);
    expect(text).toMatch(
      /^echo: 2 task\(s\) from 2026-01-05T00:01:40.000Z to 2026-01-05T00:33:20.000Z, 14\.28 USD/,
    );
    expect(text.split('\n').filter((line) => /^(always on|idle|as set|oracle)[ ,]/.test(line))).toHaveLength(
      20,
    );
    expect(text).toMatch(/\nThe cheapest setting that keeps the p95 wait within 1 s is idle 3 s, /);
    const result = JSON.parse(await simulateModel(system.ledger, 5000, { ...asked, json: true })) as {
      tasks: number;
      policies: { policy: string; instanceSeconds: number; costUsd: string }[];
      oracle: { instanceSeconds: number };
      advice: { policy: string; kept: boolean };
    };
    expect(result).toMatchObject({ tasks: 2, advice: { policy: 'idle 3 s', kept: true } });
    // A second to warm, 27 s and 12.5 s of work, and two releases of 5 s.
    expect(result.oracle.instanceSeconds).toBe(2 * (1 + 5) + 27 + 12.5);
    expect(result.policies[0]).toMatchObject({
      policy: 'always on',
      instanceSeconds: 1900,
      costUsd: '7.536666667',
    });
  });

  test('an empty period, and a missing one, are reported', async () => {
    await expect(
      simulateModel(system.ledger, 5000, { model: 'echo', from: '2031-01-01', target: '60s' }),
    ).rejects.toThrow('No task of echo became ready');
    await expect(simulateModel(system.ledger, 5000, { model: 'echo', target: '60s' })).rejects.toThrow(
      'Give --from',
    );
  });
});

describe('a CSV', () => {
  const simulate = (text: string, more: object = {}) => {
    const csv = join(system.config.dataDir, 'arrivals.csv');
    writeFileSync(csv, text);
    return simulateModel(system.ledger, 5000, { model: 'echo', csv, target: '60s', ...more });
  };
  const cost = async (text: string, more: object = {}): Promise<unknown> =>
    JSON.parse(await simulate(text, { json: true, ...more }));

  test('is replayed: with or without column names, in any order, with defaults for missing values', async () => {
    const result = await cost('2026-01-05T00:10:00Z,30,600\n\n2026-01-05T00:00:00+00:00,20\n');
    expect(result).toMatchObject({
      tasks: 2,
      from: '2026-01-05T00:00:00.000Z',
      to: '2026-01-05T00:10:00.000Z',
    });
    expect(
      await cost('\uFEFFlead,at,seconds\n,2026-01-05T00:00:00Z,20\n600,2026-01-05T00:10:00Z,30\n'),
    ).toEqual(result);
    const usual = await cost('at\n2026-01-05T00:00:00Z\n', { to: '2026-01-05T01:00:00Z' });
    expect(usual).toMatchObject({ oracle: { instanceSeconds: 1 + 6.75 + 5 } });
    expect(await simulate('at\n2026-01-05T00:00:00Z\n', { target: '2min' })).toContain('within 2 min is ');
  });

  test('may be cut to a period', async () => {
    const text = 'at\n2026-01-05T00:00:00Z\n2026-01-05T06:00:00Z\n2026-01-05T12:00:00Z\n';
    const cut = { from: '2026-01-05T01:00:00Z', to: '2026-01-05T07:00:00Z' };
    expect(await cost(text, cut)).toMatchObject({ tasks: 1, from: '2026-01-05T01:00:00.000Z' });
    await expect(simulate(text, { from: '2027-01-01' })).rejects.toThrow('no arrival in this period');
  });

  test('with bad lines is refused, and every bad line is listed', async () => {
    const text = `at,seconds,lead
2026-01-05T00:00:00Z,20
yesterday,20
2026-01-05T00:00:00Z,-1,soon

2026-01-05T00:00:00Z,20,600,extra
`;
    await expect(simulate(text)).rejects.toThrow(
      `The CSV is not valid:
  line 3: at must be a time with a zone, such as 2026-01-31T08:00:00Z
  line 4: seconds must be a number of seconds, lead must be a number of seconds
  line 6: a line must be at, seconds, lead`,
    );
    await expect(simulate('at\n2026-01-05T00:00:00Z\n', { model: 'unused' })).rejects.toThrow(
      'line 2: seconds is required',
    );
  });

  test('that cannot be read, and wrong options, are refused in words', async () => {
    await expect(simulate('at,when\n')).rejects.toThrow(
      'Unknown column when. The columns are at, seconds, lead.',
    );
    await expect(simulate('"2026-01-05T00:00:00Z\n')).rejects.toThrow(
      'The CSV is not valid: Quote Not Closed',
    );
    await expect(simulate('at\n', { csv: join(system.config.dataDir, 'none.csv') })).rejects.toThrow(
      'cannot be read',
    );
    await expect(simulate('at\n', { target: 'soon' })).rejects.toThrow('--target must be a duration');
    await expect(simulate('at\n', { from: 'soon' })).rejects.toThrow('--from must be a time');
    await expect(simulate('at\n', { model: 'nobody' })).rejects.toThrow('There is no model nobody.');
  });
});
