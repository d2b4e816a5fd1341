/** An HTTP endpoint whose answer a test chooses, with models and workflows that use it, and people who may see what it answered. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { addUser, issueKey } from '../../src/store/people/identity.js';
import { startTestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';

interface Attempt {
  status: string;
  costUsd: string;
  error: { code: string; message: string } | null;
  address: string | null;
  failure: {
    status: number | null;
    modelStatus: number | null;
    answer: string | null;
    cause: string | null;
  } | null;
}

export type FailingEndpoint = Awaited<ReturnType<typeof startFailingEndpoint>>;

/** Models: `answers` asks the endpoint, `refuses` an address where nobody listens, `echo` the stand-in. */
export async function startFailingEndpoint() {
  const endpoint = {
    answer: (response: ServerResponse): unknown => response.end(),
    /** Requests since the test began. */
    received: 0,
  };
  const keys: Record<string, string> = {};
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      endpoint.received += 1;
      endpoint.answer(response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const system = await startTestSystem({ config: { thermalTickMs: 100 } });
  const side = await openSecondProcess(system);
  const nobody = createServer();
  await new Promise<void>((resolve) => void nobody.listen(0, '127.0.0.1', resolve));
  const refused = `http://127.0.0.1:${(nobody.address() as AddressInfo).port}`;
  await new Promise((resolve) => void nobody.close(resolve));
  for (const [modelId, url] of Object.entries({
    answers: `${base}/run?key=hidden`,
    refuses: `${refused}/run`,
  }))
    await side.models.create(
      {
        modelId,
        name: modelId,
        displayName: modelId,
        category: 'test',
        providerType: 'external',
        deployment: { url },
        licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
        thermal: { maxInstances: 1 },
        pricing: { perRequest: '1', markup: '0' },
      },
      SYSTEM,
    );
  await side.stop();
  await registerEchoModel(system, 'echo', { warmupSeconds: 0 });
  for (const model of ['answers', 'refuses', 'echo'])
    await publishWorkflow(
      system,
      model,
      [
        {
          id: 'only',
          model,
          timeout: 2,
          config: { retry: { maxAttempts: 1 } },
          input: { a: "'private ' + params.word", fail: 'params.fail' },
        },
      ],
      {
        parameters: [
          { name: 'word', type: 'string', default: 'words' },
          { name: 'fail', type: 'number', default: 0 },
        ],
      },
    );
  keys['tenant_user'] = await system.keyFor('lab');
  for (const role of ['operator', 'auditor'] as const) {
    const user = await addUser(system.ledger, {
      tenant: { name: 'system', tier: 5 },
      email: `${role}@system.test`,
      role: 'tenant_user',
      administrator: role,
    });
    keys[role] = await issueKey(system.ledger, user, 'for tests', SYSTEM);
  }
  keys['platform_admin'] = system.key;

  const as = (role: string) => ({ authorization: `Bearer ${keys[role]}` });
  async function read<T>(path: string, role: string): Promise<T> {
    const response = await system.ask('GET', path, undefined, as(role));
    return (await response.json()) as T;
  }
  const row = async (sql: string, values: unknown[] = []) => (await system.owner.query(sql, values)).rows[0];
  const ended = (id: string) =>
    expect
      .poll(async () => (await row('select status from workflow_executions where id = $1', [id]))?.status, {
        timeout: 30_000,
      })
      .toMatch(/succeeded|failed/);
  const run = async (workflow: string, parameters: Record<string, unknown> = {}) => {
    const id = await submit(system, workflow, parameters, {}, as('tenant_user'));
    await ended(id);
    return id;
  };
  const taskOf = (id: string, role: string) =>
    read<{ input: unknown; attempts: Attempt[] }>(`/v1/executions/${id}/tasks/only`, role);
  const held = async (model: string) =>
    (
      await row(
        `select count(*)::int as n from model_slots s join ai_models m on m.id = s.model_id where m.model_id = $1 and held_until >= now()`,
        [model],
      )
    )?.n as number;

  return Object.assign(endpoint, {
    system,
    base,
    as,
    read,
    row,
    ended,
    run,
    taskOf,
    held,
    async stop() {
      await system.stop();
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  });
}
