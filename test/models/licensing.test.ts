/** Promise: an execution that a licence forbids is neither accepted nor dispatched, and running work is never stopped. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNotLicensed } from '../../src/core/models/licensing.js';
import { SPDX_LICENSES, termsOf } from '../../src/core/models/spdx.js';
import { NON_COMMERCIAL } from '../../src/core/models/spdx-terms.js';
import type { ModelConfig } from '../../src/core/models/model.js';
import { pickReady } from '../../src/store/scheduling/dispatch.js';
import { failUnlicensed } from '../../src/store/scheduling/unrunnable.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await registerEchoModel(system, 'echo');
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'echo' }]);
});
afterAll(() => system.stop());

const ask = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await system.owner.query<Row>(sql, values)).rows;
const asSystem = (sql: string) =>
  system.owner.query(`begin; select set_config('radiant.actor_type', 'system', true); ${sql}; commit`);
const license = (set: string) =>
  asSystem(
    `update model_licenses set ${set} where model_id = (select id from ai_models where model_id = 'echo')`,
  );
/** Facts arrive in their own time; on a busy machine that may take longer than one second. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const FINE = `expires_at = null, compliance_status = 'compliant', commercial_use = true`;
const statusOf = async (execution: string) =>
  (
    await ask<{ status: string; error_code: string | null; error_message: string | null }>(
      'select status, error_code, error_message from task_executions where workflow_execution_id = $1',
      [execution],
    )
  )[0];
const release = (execution: string) =>
  ask(
    `update task_executions set status = 'ready', ready_at = ledger_now(), first_ready_at = ledger_now()
     where workflow_execution_id = $1`,
    [execution],
  );

test('SQL and the pure function find the same faults for any licence fields', async () => {
  await asSystem(`
    with term as (
      select row_number() over () as n, * from unnest(array['code', 'database', null]) type, unnest(array['compliant', 'review_needed', 'non_compliant']) status,
        unnest(array[true, false, null]) use, unnest(array[null, '2026-05-31T23:59:59.999Z', '2026-06-01', '2026-06-01T00:00:00.001Z', 'infinity']::timestamptz[]) ends
    ), part as (
      select row_number() over () as n, * from unnest(array['MIT', null, 'CC-BY-NC-4.0', 'PolyForm-Noncommercial-1.0.0', 'NCSA', 'CC-BY-NC', 'CC-BY-NC-4.0 OR MIT']) spdx, unnest(array[true, false]) required
    ), model as (
      insert into ai_models (model_id, name, display_name, category)
      select format('c.%s.%s', term.n, part.n), 'c', 'c', 'c' from term, part returning id, model_id
    ), license as (
      insert into model_licenses (model_id, license_type, license_spdx, compliance_status, commercial_use, expires_at)
      select model.id, type, 'X', status, use, ends from model join term on term.n = split_part(model_id, '.', 2)::int where type is not null
    )
    insert into model_dependencies (model_id, dependency_type, dependency_name, dependency_license, required)
    select model.id, 'database', 'D', spdx, required from model join part on part.n = split_part(model_id, '.', 3)::int`);
  const rows = await ask<{ config: ModelConfig; commercial: boolean; faults: string[] }>(
    `select get_model_config(m.model_id) as config, use.commercial, array(
       select f.code || ': ' || f.component from license_faults(m.id, use.commercial, '2026-06-01') f order by 1) as faults
     from ai_models m, (values (true), (false)) use (commercial) where m.category = 'c'`,
  );
  expect(rows).toHaveLength(2 * 3 * 3 * 3 * 5 * 14);
  const seen = new Set<string>();
  for (const { config, commercial, faults } of rows) {
    const found = whyNotLicensed(config, { commercial }, new Date('2026-06-01')).map(
      ({ code, component }) => `${code}: ${component}`,
    );
    expect(found.toSorted(), `${config.id} for ${commercial ? 'a commercial' : 'another'} tenant`).toEqual(
      faults,
    );
    for (const fault of faults) seen.add(fault.split(':')[0] as string);
  }
  expect(seen.size).toBe(5);
});

test('SQL and the pure function read any SPDX expression alike', async () => {
  const id = fc.constantFrom(
    ...SPDX_LICENSES.map((license) => license.id),
    ...NON_COMMERCIAL,
    'LicenseRef-NC',
  );
  const simple = fc
    .tuple(id, fc.constantFrom('', '', '', '+', ' WITH Classpath-exception-2.0'))
    .map(([name, more]) => (name.startsWith('LicenseRef') ? name : `${name}${more}`));
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small' },
      simple,
      fc
        .tuple(tie('expression'), fc.constantFrom('AND', 'OR'), tie('expression'), fc.boolean())
        .map(([left, word, right, apart]) =>
          apart ? `(${left} ${word} ${right})` : `${left} ${word} ${right}`,
        ),
    ),
  }));
  const expressions = [
    ...SPDX_LICENSES.map((license) => license.id),
    ...fc.sample(expression, 2_000),
    'cc-by-nc-4.0',
    'CC-BY-NC-4.0 MIT',
    '(CC-BY-NC-4.0',
    '',
  ];
  const rows = await ask<{ text: string; forbids: boolean }>(
    'select text, spdx_forbids_commerce(text) as forbids from unnest($1::text[]) text',
    [expressions],
  );
  expect(rows).toHaveLength(expressions.length);
  expect(rows.filter(({ text, forbids }) => termsOf(text).nonCommercial !== forbids)).toEqual([]);
  expect(rows.filter(({ forbids }) => forbids).length).toBeGreaterThan(100);
});

describe('at accept', () => {
  test.each<[string, string, string]>([
    ['expired', `expires_at = ledger_now()`, 'has expired'],
    ['withdrawn', `compliance_status = 'non_compliant'`, 'not complied with'],
    ['not commercial', 'commercial_use = false', 'does not allow commercial use'],
    ['unknown', `compliance_status = 'review_needed', commercial_use = null`, 'is not reviewed'],
  ])('a model whose licence is %s is refused, and the refusal says what to change', async (_, set, says) => {
    await license(set);
    const post = () => system.ask('POST', '/v1/workflows/one/executions', { parameters: {} });
    await eventually(async () => (await post()).status).toBe(403);
    expect(await (await post()).json()).toMatchObject({
      code: 'license_refused',
      detail: 'The licences of echo do not allow this run.',
      errors: [{ path: 'models.echo.code MIT', message: expect.stringContaining(says) }],
    });
    expect(await (await system.ask('GET', '/v1/models/echo')).json()).toMatchObject({
      usable: {
        commercial: false,
        faults: [{ component: 'code MIT', message: expect.stringContaining(says) }],
      },
    });
    await license(FINE);
    await eventually(async () => (await post()).status).toBe(202);
    expect(await (await system.ask('GET', '/v1/models/echo')).json()).toMatchObject({
      usable: { commercial: true, nonCommercial: true, faults: [] },
    });
  });

  test('a tenant may sell results of the seeded model', async () => {
    expect(await (await system.ask('GET', '/v1/models/alphafold2')).json()).toMatchObject({
      usable: { commercial: true, nonCommercial: true, faults: [] },
      dependencies: expect.arrayContaining([
        expect.objectContaining({ name: 'UniRef90', sizeGb: '67.00' }),
        expect.objectContaining({ name: 'UniRef30', sizeGb: '206.00' }),
      ]),
    });
  });
});

describe('at dispatch', () => {
  test('dispatch skips a model that a licence forbids the tenant; other models continue', async () => {
    const authorization = `Bearer ${await system.keyFor('university')}`;
    await asSystem(`update tenants set commercial = false where name = 'university'`);
    const [sold, studied] = [
      await submit(system, 'one'),
      await submit(system, 'one', {}, {}, { authorization }),
    ];
    for (const execution of [sold, studied]) await release(execution);
    await license('commercial_use = false');
    expect(await pickReady(system.ledger)).toHaveLength(1);
    expect([await statusOf(sold), await statusOf(studied)]).toMatchObject([
      { status: 'ready' },
      { status: 'queued' },
    ]);
    expect(await failUnlicensed(system.ledger)).toEqual([sold]);
    expect([await statusOf(sold), await statusOf(studied)]).toMatchObject([
      {
        status: 'failed',
        error_code: 'license_refused',
        error_message: expect.stringContaining('license_not_commercial: code MIT'),
      },
      { status: 'queued' },
    ]);
    await license(FINE);
  });

  test('a request already sent may end', async () => {
    await eventually(
      async () => (await system.ask('POST', '/v1/workflows/one/executions', { parameters: {} })).status,
    ).toBe(202);
    const [running, handedOver, fresh] = [
      await submit(system, 'one'),
      await submit(system, 'one'),
      await submit(system, 'one'),
    ];
    for (const execution of [running, handedOver, fresh]) await release(execution);
    await pickReady(system.ledger);
    await ask(
      `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker)
       select id, attempt_number, workflow_execution_id, tenant_id, model_id, 'w' from task_executions
       where workflow_execution_id = any ($1)`,
      [[running, handedOver]],
    );
    await ask(
      `update task_executions set status = 'running', lease_owner = 'w', lease_until = ledger_now() + interval '1 hour'
       where workflow_execution_id = $1`,
      [running],
    );
    await license('expires_at = ledger_now()');
    expect(await failUnlicensed(system.ledger)).toContain(fresh);
    expect([await statusOf(running), await statusOf(handedOver), await statusOf(fresh)]).toMatchObject([
      { status: 'running' },
      { status: 'queued' },
      { status: 'failed' },
    ]);
    await license(FINE);
  });

  test('a licence that ends between accept and dispatch ends the execution with its reason', async () => {
    await eventually(
      async () => (await system.ask('POST', '/v1/workflows/one/executions', { parameters: {} })).status,
    ).toBe(202);
    const [before, queued] = [await submit(system, 'one'), await submit(system, 'one')];
    const scheduler = await system.open(['scheduler']);
    await eventually(async () => (await statusOf(queued))?.status).toBe('queued');
    await license('expires_at = ledger_now()');
    for (const id of [before, queued]) {
      await eventually(async () => (await system.ask('GET', `/v1/executions/${id}`)).json()).toMatchObject({
        status: 'failed',
        error: { code: 'license_refused', message: expect.stringContaining('license_expired') },
      });
    }
    const [counts] = await ask(`select count(*)::int as attempts from task_attempts where worker <> 'w'`);
    expect(counts).toEqual({ attempts: 0 });
    await scheduler.stop();
    await license(FINE);
  });
});
