/** Tenants with monthly budgets, and workflows with a known and an unknown price. */
import { SYSTEM } from '../../src/store/db/ledger.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

export interface Budget {
  limitUsd: string | null;
  spentUsd: string;
  reservedUsd: string;
  remainingUsd: string | null;
  alerts: { at: number; amountUsd: string | null; reachedAt: string | null }[];
}

export interface BudgetHarness {
  system: TestSystem;
  rows: <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>;
  openTenant: (name: string) => Promise<BudgetTenant>;
}

export type BudgetTenant = Awaited<ReturnType<typeof makeTenant>>;

export async function openBudgetHarness(): Promise<BudgetHarness> {
  const system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
  await registerEchoModel(system, 'echo');
  await system.ledger.as(SYSTEM, (session) =>
    session.query(
      `update ai_models set performance_metrics = '{"inferenceTime1Run": 100}',
         pricing_config = pricing_config || '{"units": {"run": "1"}}' where model_id = 'echo'`,
    ),
  );
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'echo' }]);
  await registerEchoModel(system, 'riddle');
  await publishWorkflow(system, 'unknown', [{ id: 'only', model: 'riddle' }]);
  const rows = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await system.owner.query<Row>(sql, values)).rows;
  return { system, rows, openTenant: (name) => makeTenant(system, rows, name) };
}

/** A tenant with a key of its own. */
async function makeTenant(system: TestSystem, rows: BudgetHarness['rows'], name: string) {
  const authorization = `Bearer ${await system.keyFor(name, 5)}`;
  const [tenant] = await rows<{ id: string }>('select id from tenants where name = $1', [name]);
  const id = tenant?.id ?? '';
  const ask = (method: string, path: string, body?: unknown, headers = {}) =>
    system.ask(method, path, body, { authorization, ...headers });
  return {
    id,
    ask,
    accept: (workflow = 'one', body = {}, headers = {}) =>
      ask('POST', `/v1/workflows/${workflow}/executions`, { parameters: {}, ...body }, headers),
    budget: async () => (await (await ask('GET', '/v1/budget')).json()) as Budget,
    set: (body: object) => system.ask('PUT', `/v1/tenants/${id}/budget`, body),
    price: async () =>
      (
        (await (await ask('POST', '/v1/workflows/one/quote', { parameters: {} })).json()) as {
          cost: { highUsd: string };
        }
      ).cost.highUsd,
    /** The month's row and the sums of its executions. */
    audit: () =>
      rows(
        `select m.spent_usd = e.spent as spent, m.reserved_usd = e.reserved as reserved from tenant_months m, (
           select sum(actual_cost_usd) as spent,
             sum(case when completed_at is null then greatest(reservation_usd - actual_cost_usd, 0) else 0 end) as reserved
           from workflow_executions where tenant_id = $1) e
         where m.tenant_id = $1`,
        [id],
      ),
  };
}
