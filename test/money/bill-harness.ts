/** A model, a stand-in and a ledger on one clock, with executions inserted by their times: for tests of the bill. */
import { expect } from 'vitest';
import type { Config, Service } from '../../src/config.js';
import type { ModelConfig } from '../../src/core/models/model.js';
import { addUsd } from '../../src/core/money/money.js';
import { makeEndpoints } from '../../src/endpoints/index.js';
import { meter } from './meter.js';
import { settleBills } from '../../src/thermal/settle-bills.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';
import { STARTED_AT, startVirtualTime } from '../harness/virtual-time.js';

export type BillHarness = Awaited<ReturnType<typeof openBillHarness>>;

export async function openBillHarness(services: readonly Service[] = ['api'], config: Partial<Config> = {}) {
  const virtualTime = await startVirtualTime({ services, config });
  const side = await openSecondProcess(virtualTime);
  const endpoints = makeEndpoints({ environment: 'test', s3Bucket: 'radiant', region: 'us-east-1' });
  await registerEchoModel(virtualTime, 'm', { warmupSeconds: 60 });
  await publishWorkflow(virtualTime, 'one', [{ id: 'only', model: 'm' }]);
  const model = (await side.models.get('m')) as ModelConfig;
  const troubles: string[] = [];
  let now = 0;

  /** Advances the provider first; no service has to settle. */
  async function advance(seconds: number): Promise<void> {
    now += seconds;
    await virtualTime.standIn.advance(seconds);
    await virtualTime.owner.query('update test_clock set at = $1', [at(now)]);
  }
  const settle = (billSource: string) =>
    settleBills({
      config: { ...virtualTime.config, billSource } satisfies Config,
      ledger: side.ledger,
      models: side.models,
      endpoints,
      log: {
        info: () => {},
        warn: () => {},
        error: (fact, error) => void troubles.push(`${fact} ${(error as Error).message}`),
      },
    });
  const ask = async <Row extends object>(sql: string, values: unknown[] = []) =>
    (await virtualTime.owner.query<Row>(sql, values)).rows;
  const at = (seconds: number | null) =>
    seconds === null ? null : new Date(STARTED_AT.getTime() + seconds * 1000);
  const read = (instances: number, hourlyRate = '14.28') =>
    meter(side.ledger, {
      modelUuid: model.uuid,
      endpoint: endpoints.endpointNameOf(model),
      instanceType: 'ml.g5.12xlarge',
      instances,
      hourlyRate,
    });
  const becomes = (heat: string) =>
    ask(
      `insert into thermal_events (model_id, from_heat, to_heat, instances, reason) values ($1, 'WARMING', $2, 1, 'test')`,
      [model.uuid, heat],
    );

  /** Warms the model, observes it five seconds later, and cools it after `seconds`. */
  async function session(seconds: number): Promise<void> {
    await endpoints.warm(model, 1);
    await advance(5);
    await read(1);
    while ((await serving()) === 0) await advance(5);
    await becomes('WARM');
    await advance(seconds);
    await expect.poll(() => endpoints.cool(model)).toBe('done');
    while (openSpans() > 0) await advance(5);
    await becomes('OFF');
    await read(0);
  }
  const serving = async () => {
    const health = await endpoints.describe(model);
    return health.kind === 'known' ? health.serving : 0;
  };
  const spans = () => virtualTime.standIn.ledger().endpoints.flatMap((endpoint) => endpoint.spans);
  const openSpans = () => spans().filter(({ to }) => to === null).length;
  const charged = () => addUsd(...spans().map(({ costUsd }) => costUsd));

  /** An execution of one task that was ready at `ready` and ended at `end`, with attempts of `[from, to, status]`. */
  async function execution(
    ready: number | null,
    end: number,
    attempts: [number, number, string][] = [],
    email: string | null = null,
  ): Promise<string> {
    const [row] = await ask<{ id: string; tenant_id: string }>(
      `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, status, created_at, completed_at)
       select v.workflow_id, v.id, u.tenant_id, u.id, 'succeeded', $1, $2
       from workflow_versions v join workflow_definitions d on d.id = v.workflow_id and d.workflow_id = 'one', users u
       where $3::text is null or u.email = $3 order by u.created_at limit 1
       returning id, tenant_id`,
      [at(Math.max(0, (ready ?? 0) - 1)), at(end), email],
    );
    const [task] = await ask<{ id: string }>(
      `insert into task_executions (workflow_execution_id, tenant_id, task_id, status, timeout_seconds, first_ready_at, completed_at, model_id, created_at)
       values ($1, $2, 'only', $3, 300, $4, $5, $6, $7) returning id`,
      [
        row?.id,
        row?.tenant_id,
        attempts.length > 0 ? 'succeeded' : 'cancelled',
        at(ready),
        at(end),
        model.uuid,
        at(Math.max(0, (ready ?? 0) - 1)),
      ],
    );
    for (const [n, [from, to, status]] of attempts.entries()) {
      await ask(
        `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker, status, sent_at, started_at, ended_at, cost_usd)
         values ($1, $2, $3, $4, $5, 'w', $6, $7, $7, $8, 1)`,
        [task?.id, n + 1, row?.id, row?.tenant_id, model.uuid, status, at(from), at(to)],
      );
    }
    return row?.id ?? '';
  }

  /** Shares by execution and kind; a share of `null` belongs to nobody. */
  async function shares(): Promise<Record<string, string>> {
    const rows = await ask<{ who: string; usd: string }>(
      `select coalesce(execution_id::text, 'nobody') || ' ' || kind as who, sum(amount_usd)::text as usd from bill_shares group by 1`,
    );
    return Object.fromEntries(rows.map(({ who, usd }) => [who, usd]));
  }
  const sum = async (sql: string) => (await ask<{ usd: string }>(`select coalesce(sum(${sql}`))[0]?.usd;
  const shared = () => sum('amount_usd), 0)::numeric(20, 9)::text as usd from bill_shares');
  const cost = () => sum('cost_usd), 0)::numeric(20, 9)::text as usd from instance_sessions');
  const metered = () => sum('metered_usd), 0)::numeric(20, 9)::text as usd from instance_spans');
  const loaded = () => sum('loaded_cost_usd), 0)::numeric(20, 9)::text as usd from workflow_executions');
  const settledFrom = async () =>
    (await ask<{ of: string }>('select distinct settled_from as of from instance_sessions')).map(
      ({ of }) => of,
    );
  const everything = async () =>
    ask(`select (select md5(string_agg(t::text, ',' order by t::text)) from bill_shares t) as shares,
      (select md5(string_agg(t::text, ',' order by t::text)) from charge_parts t) as parts,
      (select md5(string_agg(t::text, ',' order by t::text)) from provider_charges t) as charges,
      (select md5(string_agg(t::text, ',' order by t::text)) from instance_sessions t) as sessions`);
  const getJson = async (path: string) => {
    const response = await virtualTime.ask('GET', path);
    expect(response.status, await response.clone().text()).toBe(200);
    return (await response.json()) as { items: Record<string, string>[]; totals: Record<string, string> };
  };
  return {
    virtualTime,
    endpoints,
    model,
    troubles,
    now: () => now,
    advance,
    settle,
    ask,
    at,
    read,
    becomes,
    session,
    serving,
    openSpans,
    charged,
    execution,
    shares,
    shared,
    cost,
    metered,
    loaded,
    settledFrom,
    everything,
    getJson,
    async stop() {
      await endpoints.stop();
      await side.stop();
      await virtualTime.stop();
    },
  };
}
