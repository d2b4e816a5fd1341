/** Hundreds of edits of one model, each based on the version it read: none is lost, and each has its row in the audit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sized } from '../harness/size.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

const EDITS = sized(200, 1_000);
/** Editors at work at once; each begins the next edit when one has succeeded. */
const EDITORS = 4;

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 1_000_000 } });
});
afterAll(() => system.stop());

interface Counted {
  rowVersion: number;
  performanceMetrics: { count?: number };
}

test(`${EDITS} concurrent edits with If-Match`, { timeout: 300_000 }, async () => {
  const path = '/v1/models/busy';
  const body = { modelId: 'busy', name: 'b', displayName: 'B', category: 't' };
  const first = (await (await system.ask('POST', '/v1/models', body)).json()) as Counted;
  let refused = 0;

  // All at once, all based on the first version: exactly one succeeds. An editor that finds the database busy gets an error and
  // asks again.
  const burst = await Promise.all(
    Array.from({ length: EDITS }, async () => {
      const patch = { performanceMetrics: { count: 1 } };
      const ask = () => system.ask('PATCH', path, patch, { 'if-match': `"${first.rowVersion}"` });
      let response = await ask();
      while (response.status === 503) response = await ask();
      return { status: response.status, answer: (await response.json()) as { current?: Counted } };
    }),
  );
  expect(burst.filter(({ status }) => status === 200)).toHaveLength(1);
  const lost = burst.filter(({ status }) => status === 412);
  expect(lost).toHaveLength(EDITS - 1);
  expect(new Set(lost.map(({ answer }) => answer.current?.rowVersion))).toEqual(new Set([2]));
  let left = EDITS - 1;

  /** Increments the value last read, which is valid only if that is still the stored one. */
  async function edits(): Promise<void> {
    let seen = first;
    while (left > 0) {
      left -= 1;
      for (let done = false; !done;) {
        const patch = { performanceMetrics: { count: (seen.performanceMetrics.count ?? 0) + 1 } };
        const response = await system.ask('PATCH', path, patch, { 'if-match': `"${seen.rowVersion}"` });
        const answer = (await response.json()) as Counted & { current?: Counted };
        expect([200, 412]).toContain(response.status);
        done = response.status === 200;
        seen = answer.current ?? answer;
        if (!done) refused += 1;
      }
    }
  }
  await Promise.all(Array.from({ length: EDITORS }, edits));

  const { rowVersion, performanceMetrics } = (await (await system.ask('GET', path)).json()) as Counted;
  expect(refused, 'they did meet').toBeGreaterThan(0);
  expect(rowVersion).toBe(EDITS + 1);
  expect(performanceMetrics.count, 'none is lost').toBe(EDITS);
  const { rows } = await system.owner.query<{ version: number }>(
    `select (new_state ->> 'row_version')::int as version from orchestration_audit_log
     where entity_type = 'model' and action = 'updated' and new_state ->> 'model_id' = 'busy' order by seq`,
  );
  expect(rows.map(({ version }) => version)).toEqual(Array.from({ length: EDITS }, (_, n) => n + 2));
});
