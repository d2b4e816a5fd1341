/** People of several tenants, and requests about keys and people. */
import { addUser, issueKey, type NewUser } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import type { TestSystem } from '../harness/system.js';

/** A key, a user or a tenant as the API returns it; or a problem. */
export interface Item {
  id: string;
  keyId: string;
  key: string;
  email: string;
  userEmail: string;
  name: string;
  tenantId: string;
  code: string;
}
interface Body extends Item {
  items: Item[];
  nextCursor: string | null;
}

interface Change {
  entity: string;
  action: string;
  actor: string;
  request: string;
}

export interface People {
  /** @param key the platform administrator's unless another is given */
  ask: (
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ) => Promise<{ status: number; body: Body; text: string }>;
  refusal: (method: string, path: string, body: unknown, key?: string) => Promise<[number, string]>;
  works: (key: string) => Promise<boolean>;
  /** The audit entries of an entity, also as one text. */
  auditOf: (entityId: string) => Promise<{ changes: Change[]; text: string }>;
  /** Somebody of a tenant, with a key. */
  inTenant: (
    tenant: string,
    role?: NewUser['role'],
    administrator?: NewUser['administrator'],
  ) => Promise<{ tenantId: string; userId: string; key: string }>;
}

export function openPeopleHarness(system: TestSystem): People {
  const ask: People['ask'] = async (method, path, body, key = system.key) => {
    const headers = { authorization: `Bearer ${key}`, 'x-request-id': 'asked-1' };
    const response = await system.ask(method, path, body, headers);
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text || '{}') as Body, text };
  };
  return {
    ask,
    async refusal(method, path, body, key) {
      const { status, body: problem } = await ask(method, path, body, key);
      return [status, problem.code];
    },
    works: async (key) => (await ask('GET', '/v1/workflows', undefined, key)).status === 200,
    async auditOf(entityId) {
      const { rows } = await system.owner.query<Change & { row: string }>(
        `select entity_type as entity, action, actor_type as actor, request_id as request, l::text as row
         from orchestration_audit_log l
         where entity_id = $1
           or entity_type = 'administrator' and coalesce(new_state, previous_state) ->> 'user_id' = $1::text
         order by seq`,
        [entityId],
      );
      const changes = rows.map(({ entity, action, actor, request }) => ({ entity, action, actor, request }));
      return { changes, text: JSON.stringify(rows) };
    },
    async inTenant(tenant, role = 'tenant_user', administrator) {
      const email = `${administrator ?? role}@${tenant}.test`;
      const user = {
        tenant: { name: tenant, tier: 3 },
        email,
        role,
        ...(administrator && { administrator }),
      };
      const ids = await addUser(system.ledger, user);
      return { ...ids, key: await issueKey(system.ledger, ids, 'for tests', SYSTEM) };
    },
  };
}
