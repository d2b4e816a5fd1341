/** Calls the workflow routes as the administrator or as a tenant, with drafts of workflows. */
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel } from '../harness/fixtures.js';

export interface AnswerBody {
  status: number;
  body: Record<string, unknown>;
  etag: string | null;
}

export interface HistoryEntry {
  action: string;
  summary: string;
  actorName: string;
  requestId: string;
  version: null;
  changes: { path: string; before: unknown; after: unknown }[];
}

export interface WorkflowHarness {
  system: TestSystem;
  asTenant: { authorization: string };
  ask: (method: string, path: string, body?: unknown, headers?: object) => Promise<AnswerBody>;
  history: (workflowId: string) => Promise<HistoryEntry[]>;
  versions: (workflowId: string) => Promise<{ version: string; by: string; hash: string }[]>;
  /** The number of rows in the audit log. */
  auditRows: () => Promise<number>;
}

/** A system with the model `echo`, and a key of an administrator of the tenant `acme`. */
export async function openWorkflowHarness(): Promise<WorkflowHarness> {
  const system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  const ask: WorkflowHarness['ask'] = async (method, path, body, headers = {}) => {
    const response = await system.ask(method, path, body, { ...headers });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      etag: response.headers.get('etag'),
    };
  };
  const items = async <T>(path: string) => (await ask('GET', path)).body['items'] as T;
  return {
    system,
    asTenant: { authorization: `Bearer ${await system.keyFor('acme', 5, 'tenant_admin')}` },
    ask,
    history: (id) => items(`/v1/workflows/${id}/history`),
    versions: (id) => items(`/v1/workflows/${id}/versions`),
    auditRows: async () =>
      Number((await system.owner.query('select count(*) from orchestration_audit_log')).rows[0].count),
  };
}

/** A workflow of three tasks; the last two call `echo`. */
export const draft = (workflowId: string, more: object = {}) => ({
  workflowId,
  name: 'Say it twice',
  category: 'test',
  inputSchema: { type: 'object', required: ['words'], properties: { words: { type: 'string' } } },
  tasks: [
    { taskId: 'check', name: 'Check', type: 'validation' },
    { taskId: 'first', name: 'First', type: 'task', modelId: 'echo', dependsOn: ['check'] },
    { taskId: 'second', name: 'Second', type: 'task', modelId: 'echo', dependsOn: ['first'] },
  ],
  parameters: [{ name: 'words', type: 'string', default: 'hello' }],
  ...more,
});
