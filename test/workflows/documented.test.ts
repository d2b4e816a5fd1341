/** Promise: each example of docs/workflows.md can be saved and does what the page says, and the page names every field. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workflowInput } from '../../src/core/definitions/definition-input.js';
import { expectInvariants } from '../harness/invariants.js';
import { registerEchoModel, submit } from '../harness/fixtures.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/workflows.md'), 'utf8');

interface Run {
  parameters: Record<string, unknown>;
  /** What is sent while it waits. */
  sends: { what: 'signal' | 'decide'; body: object } | null;
  output: unknown;
  code: string | null;
}
const RUN =
  /^Run with `(.*?)`(?: and (signal|decide) `(.*?)`)?: (?:the output is `(.*)`|it fails with `(.*)`)\.$/gm;

/** Each definition, and the runs that follow it. */
const examples = PAGE.split(/^```json\n/m)
  .slice(1)
  .map((text, nth) => {
    const [source = '', after = ''] = text.split(/^```$/m);
    const definition = JSON.parse(source) as { workflowId?: string };
    const { workflowId = `example${nth}` } = definition;
    const runs = [...after.matchAll(RUN)].map(([, parameters = '', what, body, output, code]): Run => ({
      parameters: JSON.parse(parameters) as Run['parameters'],
      sends: what ? { what: what as 'signal', body: JSON.parse(body ?? '') as object } : null,
      output: output === undefined ? null : (JSON.parse(output) as unknown),
      code: code ?? null,
    }));
    return { workflowId, runs, body: { name: workflowId, category: 'example', ...definition, workflowId } };
  });

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  await registerEchoModel(system, 'echo2');
  for (const { workflowId, body } of examples) {
    const response = await system.ask('POST', '/v1/workflows', body);
    expect(response.status, `${workflowId}: ${await response.text()}`).toBe(201);
  }
});
afterAll(() => system.stop());

const get = async <T>(path: string) => (await (await system.ask('GET', path)).json()) as T;

async function send(id: string, { what, body }: NonNullable<Run['sends']>): Promise<void> {
  if (what === 'signal') {
    expect((await system.ask('POST', `/v1/executions/${id}/signal`, body)).status).toBe(202);
    return;
  }
  const waiting = async () =>
    (await get<{ tasks: { approvalId: string | null }[] }>(`/v1/executions/${id}`)).tasks[0]?.approvalId;
  await expect.poll(waiting).toBeTruthy();
  const response = await system.ask('POST', `/v1/approvals/${await waiting()}/decision`, body);
  expect(response.status, await response.text()).toBe(200);
}

describe.each(examples)('$workflowId', ({ workflowId, runs }) => {
  test('has a run on the page', () => {
    expect(runs.length).toBeGreaterThan(0);
  });

  test.each(runs)('with $parameters', async ({ parameters, sends, output, code }) => {
    const id = await submit(system, workflowId, parameters);
    if (sends) await send(id, sends);
    const read = () => get<{ status: string; output: unknown; error: unknown }>(`/v1/executions/${id}`);
    await expect.poll(async () => (await read()).status, { timeout: 30_000 }).toMatch(/succeeded|failed/);
    expect(await read()).toMatchObject(code === null ? { error: null, output } : { error: { code } });
  });
});

test('the promises hold after all of them', async () => {
  await expectInvariants(system);
});

test('every field of a definition is on the page', () => {
  const names = new Set<string>();
  const collect = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties') for (const name of Object.keys(value as object)) names.add(name);
      collect(value);
    }
  };
  collect(z.toJSONSchema(workflowInput, { io: 'input' }));
  expect(names.size).toBeGreaterThan(50);
  expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(PAGE))).toEqual([]);
});
