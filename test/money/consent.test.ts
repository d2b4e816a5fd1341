/** Consent to a price: what was quoted starts once and at the quoted price, or the answer says what has changed. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesSince, type Offer } from '../../src/core/money/consent.js';
import { Changed } from '../../src/core/errors.js';
import { insertExecutions } from '../../src/store/executions/insert.js';
import type { NewExecution } from '../../src/store/executions/new-execution.js';
import { readQuote, writeQuotes } from '../../src/store/money/quotes.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { publishWorkflow } from '../harness/fixtures.js';
import { openBudgetHarness, type BudgetHarness, type BudgetTenant } from './budget-harness.js';

interface Answer {
  id: string;
  expiresAt: string;
  code?: string;
  detail?: string;
  errors?: { path: string }[];
  changes?: { field: string; quoted: string | null; now: string | null }[];
  cost: { likelyUsd: string; highUsd: string; estimatedUsd: string; reservedUsd: string };
  quoteId: string | null;
  results: { ok: boolean; code?: string; quoteId?: string; id?: string; changes?: object[] }[];
  accepts: Record<string, unknown> | null;
  executionId: string | null;
  key: string;
}

let harness: BudgetHarness;
let rows: BudgetHarness['rows'];
let tenant: BudgetTenant;
beforeAll(async () => {
  harness = await openBudgetHarness();
  ({ rows } = harness);
  tenant = await harness.openTenant('consents');
});
afterAll(() => harness.system.stop());

async function say(response: Promise<Response>): Promise<[number, Answer]> {
  const { status, body } = await response.then(async (answer) => ({
    status: answer.status,
    body: (await answer.json()) as Answer,
  }));
  return [status, body];
}
const quote = async (body: object = {}, workflow = 'one', by = tenant): Promise<Answer> => {
  const [status, answer] = await say(
    by.ask('POST', `/v1/workflows/${workflow}/quote`, { parameters: {}, ...body }),
  );
  expect(status).toBe(200);
  return answer;
};
const accept = (body: object, workflow = 'one', headers = {}) => say(tenant.accept(workflow, body, headers));
const started = async (quoteId: string) =>
  rows<{ id: string }>('select id from workflow_executions where quote_id = $1', [quoteId]);

/** Multiplies the price of the model, and waits until the api knows. */
async function reprice(by: number): Promise<void> {
  const { cost } = await quote();
  await harness.system.ledger.as(SYSTEM, (session) =>
    session.query(
      `update ai_models set pricing_config = jsonb_set(pricing_config, '{hourlyRate}',
         to_jsonb(((pricing_config ->> 'hourlyRate')::numeric * $1)::text)) where model_id = 'echo'`,
      [by],
    ),
  );
  await expect.poll(async () => (await quote()).cost.highUsd).not.toBe(cost.highUsd);
}

test('what was quoted starts at the quoted price, and the execution names its quote', async () => {
  const quoted = await quote();
  expect(Date.parse(quoted.expiresAt) - Date.now()).toBeGreaterThan(14 * 60_000);
  await reprice(0.5);
  const [status, execution] = await accept({ quoteId: quoted.id });
  expect([status, execution]).toMatchObject([
    202,
    {
      quoteId: quoted.id,
      cost: { estimatedUsd: quoted.cost.likelyUsd, reservedUsd: quoted.cost.highUsd },
    },
  ]);
  const [, read] = await say(tenant.ask('GET', `/v1/executions/${execution.id}`));
  expect(read.quoteId).toBe(quoted.id);
  await reprice(2);
});

test('a limit below the quoted price is all that is reserved', async () => {
  const quoted = await quote();
  const [, { cost }] = await accept({ quoteId: quoted.id, budgetUsd: quoted.cost.likelyUsd });
  expect(cost.reservedUsd).toBe(quoted.cost.likelyUsd);
});

describe('what has changed is named, and nothing starts', () => {
  beforeAll(async () => {
    await publishWorkflow(harness.system, 'sized', [{ id: 'only', model: 'echo' }], {
      parameters: [{ name: 'size', type: 'integer', default: 1 }],
    });
  });

  test.each<[string, (quoteId: string) => Promise<unknown>, object, object[]]>([
    [
      'the parameters',
      async () => {},
      { parameters: { size: 2 } },
      [{ field: 'parameters', quoted: expect.any(String), now: expect.any(String) }],
    ],
    [
      'its age',
      (id) => rows(`update quotes set expires_at = now() where id = $1`, [id]),
      {},
      [{ field: 'expiresAt', quoted: expect.any(String), now: expect.any(String) }],
    ],
    [
      'an execution that was started with it',
      (id) => accept({ quoteId: id }, 'sized'),
      {},
      [{ field: 'executionId', quoted: null, now: expect.any(String) }],
    ],
    [
      'the price of a model, and the parameters',
      () => reprice(3),
      { parameters: { size: 2 } },
      [{ field: 'parameters' }, { field: 'highUsd', quoted: expect.any(String), now: expect.any(String) }],
    ],
  ])('%s', async (_, change, body, changes) => {
    const { id } = await quote({}, 'sized');
    await change(id);
    const before = await started(id);
    const [status, problem] = await accept({ quoteId: id, ...body }, 'sized');
    expect([status, problem.code, problem.changes]).toMatchObject([409, 'quote_changed', changes]);
    expect(problem.detail).toContain('Ask for a new quote');
    expect(await started(id)).toEqual(before);
    const [, { results }] = await say(
      tenant.ask('POST', '/v1/workflows/sized/executions/batch', {
        executions: [{ parameters: {}, quoteId: id, ...body }],
      }),
    );
    expect(results).toMatchObject([{ ok: false, code: 'quote_changed', changes }]);
    if (changes.length > 1) await reprice(0.3);
  });

  test('the version, which may be of another workflow', async () => {
    const [of, other] = [await quote({}, 'sized'), await quote({}, 'unknown')];
    expect((await accept({ quoteId: other.id }, 'sized'))[1].changes).toMatchObject([
      { field: 'workflowId', quoted: 'unknown', now: 'sized' },
      { field: 'parameters' },
      { field: 'highUsd', quoted: null },
    ]);
    await harness.system.ask('PATCH', '/v1/workflows/sized', { timeout: 60 }, { 'if-match': '"1.0.0"' });
    await expect
      .poll(async () => (await accept({ quoteId: of.id }, 'sized'))[1].changes)
      .toMatchObject([{ field: 'workflowVersion', quoted: '1.0.0', now: '1.0.1' }]);
    expect(await started(of.id)).toEqual([]);
  });

  test('but not a price that nobody knows', async () => {
    const { id } = await quote({}, 'unknown');
    expect((await accept({ quoteId: id }, 'unknown'))[0]).toBe(202);
  });

  test('a quote of nobody, and of another tenant', async () => {
    const other = await harness.openTenant('stranger');
    const theirs = await quote({}, 'one', other);
    for (const quoteId of [theirs.id, crypto.randomUUID()])
      expect(await accept({ quoteId })).toMatchObject([409, { code: 'quote_unknown' }]);
    expect((await accept({ quoteId: 'mine' }))[1].errors).toMatchObject([{ path: 'quoteId' }]);
  });
});

describe('a quote is used once', () => {
  test('by one of many requests at the same moment, in two processes', async () => {
    const { id } = await quote();
    const other = await harness.system.open(['api']);
    const elsewhere = (headers: Record<string, string>) =>
      fetch(`${other.url}/v1/workflows/one/executions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ parameters: {}, quoteId: id }),
      });
    const authorization = `Bearer ${await harness.system.keyFor('consents', 5)}`;
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, nth) =>
        say(nth % 2 ? tenant.accept('one', { quoteId: id }) : elsewhere({ authorization })),
      ),
    );
    expect(answers.map(([status]) => status).toSorted((a, b) => a - b)).toEqual([
      202,
      ...Array(11).fill(409),
    ]);
    const [execution] = await started(id);
    for (const [status, { code, changes }] of answers)
      if (status === 409)
        expect([code, changes]).toMatchObject([
          'quote_changed',
          [{ field: 'executionId', quoted: null, now: execution?.id }],
        ]);
    expect(await tenant.audit()).toEqual([{ spent: true, reserved: true }]);
  });

  test('by a repeated request with the same key: it returns the first execution', async () => {
    const { id } = await quote();
    const key = { 'idempotency-key': 'agreed' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => accept({ quoteId: id }, 'one', key)));
    expect(answers.map(([status]) => status)).toEqual(Array(6).fill(202));
    expect(new Set(answers.map(([, execution]) => execution.id)).size).toBe(1);
    expect(await accept({ quoteId: (await quote()).id }, 'one', key)).toMatchObject([
      409,
      { code: 'idempotency_key_reused' },
    ]);
  });

  test('not by a request that the budget refuses', async () => {
    const { id } = await quote();
    await tenant.set({ monthlyUsd: '0.01' });
    expect((await accept({ quoteId: id }))[1].code).toBe('budget_exceeded');
    await tenant.set({ monthlyUsd: null });
    expect((await accept({ quoteId: id }))[0]).toBe(202);
  });
});

test('a batch is quoted one by one, and starts what was quoted', async () => {
  const path = '/v1/workflows/one/executions/batch';
  const wish = { parameters: {} };
  const [, dry] = await say(
    tenant.ask('POST', path, { executions: [wish, { ...wish, budgetUsd: '0.001' }, wish], dryRun: true }),
  );
  expect(dry).toMatchObject({
    expiresAt: expect.any(String),
    results: [{ ok: true }, { ok: false }, { ok: true }],
  });
  const ids = dry.results.map(({ quoteId }) => quoteId);
  expect([new Set(ids).size, ids[1]]).toEqual([3, undefined]);
  const [, wet] = await say(
    tenant.ask('POST', path, {
      executions: [ids[0], ids[2], ids[2]].map((quoteId) => ({ ...wish, quoteId })),
    }),
  );
  expect(wet.results.filter(({ ok }) => ok)).toHaveLength(2);
  expect(wet.results.find(({ ok }) => !ok)).toMatchObject({ code: 'quote_changed' });
});

test('the statement that accepts compares what the decision compares', async () => {
  const [version] = await rows<Pick<NewExecution, 'versionId' | 'workflowUuid' | 'definition'>>(
    `select v.id as "versionId", v.workflow_id as "workflowUuid", v.definition from workflow_versions v
     join workflow_definitions w on w.id = v.workflow_id where w.workflow_id = 'one'`,
  );
  const [other] = await rows<{ id: string }>(
    `select v.id from workflow_versions v join workflow_definitions w on w.id = v.workflow_id where w.workflow_id = 'unknown'`,
  );
  const [user] = await rows<{ userId: string }>('select id as "userId" from users where tenant_id = $1', [
    tenant.id,
  ]);
  if (!version || !other || !user) throw new Error('The harness has not published its workflows.');
  const hash = fc.constantFrom('a'.repeat(64), 'b'.repeat(64));
  const cents = fc.integer({ min: 0, max: 3 });
  const price = fc.option(
    fc.tuple(cents, cents).map(([a, b]) => ({
      likelyUsd: `0.00000000${Math.min(a, b)}`,
      highUsd: `0.00000000${Math.max(a, b)}`,
    })),
  );
  const offer: fc.Arbitrary<Offer> = fc
    .record({
      versionId: fc.oneof({ weight: 5, arbitrary: fc.constant(version.versionId) }, fc.constant(other.id)),
      childrenHash: hash,
      parametersHash: hash,
      pricesHash: hash,
      price,
    })
    .map((some) => ({
      workflowId: some.versionId === other.id ? 'unknown' : 'one',
      workflowVersion: '1.0.0',
      ...some,
    }));
  let agreed = 0;
  await fc.assert(
    fc.asyncProperty(offer, offer, fc.boolean(), fc.boolean(), async (quoted, present, isLike, isOld) => {
      const asked = { ...(isLike ? quoted : present), price: present.price };
      const ledger = harness.system.ledger;
      const [written] = await writeQuotes(ledger, [
        { tenantId: tenant.id, userId: user.userId, offer: quoted },
      ]);
      const quoteId = written?.id as string;
      if (isOld) await rows(`update quotes set expires_at = ledger_now() where id = $1`, [quoteId]);
      const found = await readQuote(ledger, tenant.id, quoteId);
      if (!found) throw new Error('The quote is not there.');
      expect(found.quoted).toMatchObject(quoted);
      const changes = changesSince(found.quoted, asked, found.now);
      const request = {
        ...version,
        ...user,
        versionId: asked.versionId,
        tenantId: tenant.id,
        parameters: {},
        resolvedParameters: {},
        models: {},
        estimate: { usd: null, basis: 'none' as const },
        consent: { ...asked, quoteId },
      };
      const answer = await insertExecutions(ledger, request).catch((error: unknown) => error);
      if (changes.length === 0) agreed += 1;
      expect(answer instanceof Changed ? answer.changes.map(({ field }) => field) : []).toEqual(
        changes.map(({ field }) => field),
      );
      expect(await started(quoteId)).toHaveLength(changes.length === 0 ? 1 : 0);
    }),
    { numRuns: 150 },
  );
  expect(agreed).toBeGreaterThan(0);
});

describe('a key that must quote', () => {
  const make = (body: object, by?: string) =>
    say(
      harness.system.ask(
        'POST',
        '/v1/api-keys',
        { name: 'careful', ...body },
        by ? { authorization: `Bearer ${by}` } : {},
      ),
    );
  const REFUSED = [403, { code: 'quote_required', errors: [{ path: 'quoteId' }] }];

  test('starts nothing without a quote, in no way', async () => {
    const [, { key }] = await make({ mustQuote: true });
    const ask = (method: string, path: string, body?: object) =>
      say(harness.system.ask(method, path, body, { authorization: `Bearer ${key}` }));
    const wish = { parameters: {} };
    const create = (body: object) => ask('POST', '/v1/workflows/one/executions', { ...wish, ...body });
    expect(await create({})).toMatchObject(REFUSED);
    expect(await ask('POST', '/v1/workflows/one/executions?dryRun=validate', wish)).toMatchObject(REFUSED);
    expect(
      (await ask('POST', '/v1/workflows/one/executions/batch', { executions: [wish] }))[1].results,
    ).toMatchObject([{ ok: false, code: 'quote_required' }]);
    const [, quoted] = await ask('POST', '/v1/workflows/one/quote', wish);
    const [status, { id }] = await create({ quoteId: quoted.id });
    expect(status).toBe(202);

    await ask('POST', `/v1/executions/${id}/cancel`);
    const rerun = `/v1/executions/${id}/rerun`;
    expect(await ask('POST', rerun, {})).toMatchObject(REFUSED);
    expect(
      (await ask('POST', '/v1/executions/bulk', { action: 'rerun', ids: [id] }))[1].results,
    ).toMatchObject([{ ok: false, code: 'quote_required' }]);
    expect(
      await ask('POST', '/v1/schedules', {
        workflowId: 'one',
        name: 'hourly',
        intervalSeconds: 3_600,
        request: wish,
      }),
    ).toMatchObject([403, { code: 'quote_required' }]);
    expect(
      await ask('POST', '/v1/triggers', {
        workflowId: 'one',
        name: 'pushes',
        scheme: 'github',
        secret: 'env:RADIANT_SECRET_HOOK_A',
        parameters: {},
      }),
    ).toMatchObject([403, { code: 'quote_required' }]);
    const [, again] = await ask('POST', `/v1/executions/${id}/quote`, {});
    expect((await ask('POST', rerun, { quoteId: again.id }))[0]).toBe(202);
  });

  test('lends no other key what it may not do itself, and neither does its session', async () => {
    const [, { key }] = await make({ mustQuote: true });
    expect(await make({}, key)).toMatchObject([
      403,
      { code: 'quote_required', errors: [{ path: 'mustQuote' }] },
    ]);
    expect(await make({ mustQuote: true }, key)).toMatchObject([201, { mustQuote: true }]);
    const signIn = await harness.system.ask('POST', '/v1/session', { key });
    expect(await signIn.json()).toMatchObject({ mustQuote: true });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const response = await fetch(`${harness.system.url}/v1/workflows/one/executions`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: '{"parameters":{}}',
    });
    expect(await say(Promise.resolve(response))).toMatchObject(REFUSED);
  });
});

describe('dryRun=validate', () => {
  const counts = () =>
    rows(
      `select (select count(*) from workflow_executions) as executions, (select count(*) from quotes) as quotes,
         (select sum(reserved_usd) from tenant_months) as reserved, (select count(*) from execution_events) as events`,
    );
  const dry = (body: object, headers = {}, workflow = 'one') =>
    say(
      tenant.ask(
        'POST',
        `/v1/workflows/${workflow}/executions?dryRun=validate`,
        { parameters: {}, ...body },
        headers,
      ),
    );

  test('says what would be accepted, and writes nothing', async () => {
    const quoted = await quote();
    const before = await counts();
    const [status, { accepts, executionId }] = await dry({ quoteId: quoted.id, name: 'first' });
    expect([status, executionId, accepts]).toEqual([
      200,
      null,
      {
        workflowId: 'one',
        workflowVersion: '1.0.0',
        name: 'first',
        resolvedParameters: {},
        parametersHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        quoteId: quoted.id,
        estimatedUsd: quoted.cost.likelyUsd,
        reservesUsd: quoted.cost.highUsd,
      },
    ]);
    expect(await counts()).toEqual(before);
    expect((await accept({ quoteId: quoted.id }))[0]).toBe(202);
    expect((await dry({ quoteId: quoted.id }))[1].changes).toMatchObject([{ field: 'executionId' }]);
  });

  test('fails as the real request does', async () => {
    const key = { 'idempotency-key': 'tried' };
    const [, { id }] = await accept({ name: 'tried' }, 'one', key);
    await tenant.set({ monthlyUsd: '0.02' });
    const wishes: [object, object?, string?][] = [
      [{}],
      [{ name: 'another' }, key],
      [{ parameters: { stray: 1 } }],
      [{ deadline: '2020-01-01T00:00:00Z' }],
      [{ webhookUrl: 'file:///x' }],
      [{ budgetUsd: '0.001' }],
      [{ quoteId: crypto.randomUUID() }],
      [{ quoteId: (await quote({}, 'unknown')).id }],
      [{}, {}, 'none'],
    ];
    for (const [body, headers = {}, workflow] of wishes) {
      const [real, tried] = [await accept(body, workflow, headers), await dry(body, headers, workflow)];
      const bare = (problem: Answer) => ({ ...problem, requestId: null });
      expect([tried[0], bare(tried[1])]).toEqual([real[0], bare(real[1])]);
      expect(real[0]).toBeGreaterThan(399);
    }
    expect(await dry({ name: 'tried' }, key)).toEqual([200, { executionId: id, accepts: null }]);
    await tenant.set({ monthlyUsd: null });
  });

  test('of a rerun: what it reuses costs nothing again', async () => {
    const [, { id }] = await accept({});
    await tenant.ask('POST', `/v1/executions/${id}/cancel`);
    const [, quoted] = await say(tenant.ask('POST', `/v1/executions/${id}/quote`, {}));
    expect(
      await say(tenant.ask('POST', `/v1/executions/${id}/rerun?dryRun=validate`, { quoteId: quoted.id })),
    ).toMatchObject([200, { accepts: { quoteId: quoted.id, reservesUsd: quoted.cost.highUsd } }]);
    expect(await started(quoted.id)).toEqual([]);
  });
});

test('quotes are deleted a day after they have expired, a few with each new one', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, async () => (await quote()).id));
  await rows(`update quotes set expires_at = now() - interval '25 hours' where id = any ($1)`, [
    ids.slice(1),
  ]);
  await rows(`update quotes set expires_at = now() - interval '23 hours' where id = $1`, [ids[0]]);
  const left = async () => (await rows('select id from quotes where id = any ($1)', [ids])).length;
  await quote();
  expect(await left()).toBe(3);
  await quote();
  await quote();
  expect(await left()).toBe(1);
});
