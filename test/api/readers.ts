/** An api whose executions are where a test puts them, with people who read it: a tenant's administrator and an auditor. */
import { expect } from 'vitest';
import { addUser, issueKey } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';

export type Readers = Awaited<ReturnType<typeof startReaders>>;

export async function startReaders() {
  const system = await startTestSystem({ services: ['api'] });
  await registerEchoModel(system, 'echo', { maxInstances: 1, perInstance: 2 });
  await publishWorkflow(system, 'asks_echo', [{ id: 'say', model: 'echo' }]);
  const auditor = await addUser(system.ledger, {
    tenant: { name: 'default', tier: 5 },
    email: 'auditor@localhost',
    role: 'tenant_user',
    administrator: 'auditor',
  });
  return {
    system,
    asTenant: { authorization: `Bearer ${await system.keyFor('acme', 5, 'tenant_admin')}` },
    asAuditor: { authorization: `Bearer ${await issueKey(system.ledger, auditor, 'auditor', SYSTEM)}` },
    ask: async <T>(path: string, headers: Record<string, string> = {}): Promise<T> => {
      const response = await system.ask('GET', path, undefined, headers);
      expect([response.status, path]).toEqual([200, path]);
      return (await response.json()) as T;
    },
    /** Sets columns of the tasks of an execution. */
    setTasks: (set: string, id: string) =>
      system.owner.query(`update task_executions set ${set} where workflow_execution_id = $1`, [id]),
  };
}
