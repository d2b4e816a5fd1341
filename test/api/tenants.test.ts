/** Tenants cannot reach each other's executions by any route, and paging neither loses nor repeats entries. */
import { BODIES } from '../../src/api/openapi/examples.js';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskBlobs } from '../../src/blobs/disk.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';
import { offload } from '../../src/blobs/payload.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await publishWorkflow(system, 'small', [
    { id: 'first', type: 'validation' },
    { id: 'second', type: 'validation', after: ['first'] },
  ]);
  await publishWorkflow(system, 'open', [{ id: 'first', type: 'validation' }], {
    parameters: [{ name: 'data', type: 'object' }],
  });
});
afterAll(() => system.stop());

const ask = async (path: string, headers: Record<string, string> = {}) =>
  (await system.ask('GET', path, undefined, headers)).json();

test('every route answers "not found" for another tenant\'s execution', async () => {
  const id = await submit(system, 'small');
  const authorization = `Bearer ${await system.keyFor('acme', 4, 'tenant_admin')}`;
  const { paths } = (await ask('/openapi.json')) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const withId = Object.entries(paths).filter(([path]) => /^\/v1\/(executions|webhooks)\/\{id\}/.test(path));
  expect(withId.length).toBeGreaterThanOrEqual(6);
  for (const [path, operations] of withId) {
    for (const [method, { operationId }] of Object.entries(operations)) {
      const mine = path.replace('{id}', id).replace('{taskId}', 'first').replace('{name}', 'x.pdb');
      const body = BODIES[operationId];
      const foreign = await system.ask(method.toUpperCase(), mine, body, { authorization });
      const unknown = await system.ask(
        method.toUpperCase(),
        mine.replace(id, '7b0c6a52-3c1c-4d5e-9d1e-2f6f0a9b8c7d'),
        body,
        { authorization },
      );
      // A route for platform administrators refuses others before it looks for the execution.
      const expected = path.endsWith('/expedite') ? 403 : 404;
      expect([foreign.status, unknown.status], `${method} ${path}`).toEqual([expected, expected]);
    }
  }
  expect(await ask('/v1/executions', { authorization })).toEqual({ items: [], nextCursor: null });
  expect(await ask(`/v1/executions/${id}`)).toMatchObject({ id, status: 'pending' });
});

test('paging neither loses nor repeats executions accepted at the same moment', async () => {
  const ids = await Promise.all(
    Array.from({ length: 23 }, () => submit(system, 'small', {}, { tags: ['bulk'] })),
  );
  await system.owner.query(
    "update workflow_executions set created_at = '2026-01-02T03:04:05.678901Z' where 'bulk' = any (tags)",
  );
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const from = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = (await ask(`/v1/executions?tag=bulk&limit=5${from}`)) as {
      items: { id: string }[];
      nextCursor: string | null;
    };
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(23);
  expect(new Set(seen)).toEqual(new Set(ids));
  const none = await ask(
    '/v1/executions?tag=bulk&from=2026-01-02T03:04:06Z&to=2026-01-03T00:00:00%2B01:00&status=pending&workflowId=small',
  );
  expect(none).toEqual({ items: [], nextCursor: null });
});

test('cancel takes effect at once; a second cancel changes nothing; cancelling an execution that ended otherwise is a conflict', async () => {
  const id = await submit(system, 'small');
  const cancel = () => system.ask('POST', `/v1/executions/${id}/cancel`);
  for (const response of [await cancel(), await cancel()]) {
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { status: 'cancelled', waiting: null, tasks: [{ status: 'cancelled' }, { status: 'cancelled' }] },
    ]);
  }
  const done = await submit(system, 'small');
  await system.owner.query(
    "update workflow_executions set status = 'succeeded', started_at = now(), completed_at = now() where id = $1",
    [done],
  );
  const late = await system.ask('POST', `/v1/executions/${done}/cancel`);
  expect([late.status, await late.json()]).toMatchObject([409, { code: 'already_ended' }]);
});

describe('payloads', () => {
  const TEXT = 'ATOM      1  N   MET A   1';
  const file = (text: string) => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    return {
      name: 'structure.pdb',
      mediaType: 'chemical/x-pdb',
      size: text.length,
      sha256,
      key: `files/${sha256}`,
    };
  };

  test('are returned whole from the blob store, and files by an address of ours', async () => {
    const blobs = diskBlobs(join(system.config.dataDir, 'blobs'));
    const id = await submit(system, 'small');
    const [early, late] = [file('draft'), file(TEXT)];
    await blobs.put(early.key, Buffer.from('draft'), early.mediaType);
    await blobs.put(late.key, Buffer.from(TEXT), late.mediaType);
    const big = { text: 'x'.repeat(300_000), structure: { $file: late } };
    const moved = JSON.stringify(await offload(blobs, `executions/${id}/output`, big));
    expect(moved).toContain('$blob');
    const setResult = `update task_executions set status = 'succeeded', completed_at = now(), output_data = $3, files = $4
                    where workflow_execution_id = $1 and task_id = $2`;
    await system.owner.query(setResult, [id, 'second', moved, JSON.stringify([{ $file: late }])]);
    await system.owner.query(setResult, [id, 'first', '{}', JSON.stringify([{ $file: early }])]);

    const href = `/v1/executions/${id}/artifacts/structure.pdb?sha256=${late.sha256}`;
    const { key: _, ...shown } = late;
    const task = (await ask(`/v1/executions/${id}/tasks/second`)) as { output: typeof big };
    expect(task.output.text).toBe(big.text);
    expect(task.output.structure).toEqual({ $file: { ...shown, href } });
    expect(await ask(`/v1/executions/${id}/artifacts`)).toMatchObject({
      items: [{ taskId: 'first' }, { ...shown, taskId: 'second', href }],
    });

    const download = async (query: string) =>
      (await system.ask('GET', `/v1/executions/${id}/artifacts/structure.pdb${query}`)).text();
    expect(await download('')).toBe(TEXT);
    expect(await download('?taskId=first')).toBe('draft');
    const response = await system.ask('GET', href);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'chemical/x-pdb',
      'content-length': String(TEXT.length),
      'content-disposition': 'attachment; filename="structure.pdb"',
      'x-content-type-options': 'nosniff',
      etag: `"${late.sha256}"`,
    });
    expect((await system.ask('GET', href.replace('structure', '..%2F..'))).status).toBe(404);

    await blobs.remove(late.key);
    expect([(await system.ask('GET', href)).status, await ask(href)]).toMatchObject([
      500,
      { code: 'internal' },
    ]);
  });

  test('a parameter that only looks like a reference is stored as the caller wrote it', async () => {
    const forged = { $blob: { key: 'files/x', size: 1, sha256: 'x' } };
    const id = await submit(system, 'open', { data: forged });
    expect(await ask(`/v1/executions/${id}`)).toMatchObject({
      parameters: { data: forged },
      resolvedParameters: { data: forged },
    });
  });
});
