/** The rule of an approval, as a workflow states it: who may decide, what they see and fill in, and what counts if nobody decides. */
import type { Fault } from '../errors.js';
import type { JsonObject } from '../json/json.js';
import { schemaFaults } from '../validation/json-schema.js';

/** The second includes the first: an administrator of the tenant may decide what any user of it may. */
export const APPROVER_ROLES = ['tenant_admin', 'tenant_user'] as const;
export const DEFAULT_OUTCOMES = ['approved', 'rejected', 'fail'] as const;
export const ON_REJECTION = ['fail', 'succeed'] as const;

export interface ApprovalRule {
  /** Users of the execution's tenant that have one of these roles may decide. */
  roles?: (typeof APPROVER_ROLES)[number][];
  /** So may these, by their e-mail addresses. Without roles and users every user of the tenant may. */
  users?: string[];
  /** CEL that returns what the approvers are asked. */
  text?: string;
  /** JSON Schema of what an approver fills in. */
  form?: JsonObject;
  /** Without it: as long as the execution may take. */
  timeoutSeconds?: number;
  /** What counts if nobody decides in time. Without it: `fail`, the task fails. */
  defaultOutcome?: (typeof DEFAULT_OUTCOMES)[number];
  /** Without it: `fail`. With `succeed` the output says that it was rejected. */
  onRejection?: (typeof ON_REJECTION)[number];
  /** False: the user who requested the execution may not decide. Without it: true. */
  allowSelf?: boolean;
}

/** What is wrong with it beyond its shape, with paths in it. */
export function ruleFaults({ form, timeoutSeconds, defaultOutcome }: ApprovalRule): Fault[] {
  const isIdle = defaultOutcome !== undefined && timeoutSeconds === undefined;
  return [
    ...(isIdle ? [{ path: 'defaultOutcome', message: 'counts after timeoutSeconds: set it, too' }] : []),
    ...(form ? schemaFaults(form) : []).map(({ path, message }) => ({
      path: path ? `form.${path}` : 'form',
      message,
    })),
  ];
}

/** Who may decide: roles, and e-mail addresses in lower case. */
export function approversOf({ roles = [], users = [] }: ApprovalRule): string[] {
  const named = [...roles, ...users.map((user) => user.toLowerCase())];
  return named.length > 0 ? named : ['tenant_user'];
}

const HELD: Record<string, readonly string[]> = {
  platform_admin: APPROVER_ROLES,
  tenant_admin: APPROVER_ROLES,
  tenant_user: ['tenant_user'],
};

/** As what a user may decide in their own tenant: one of these must be among the approvers. */
export const approverNames = ({ role, email }: { role: string; email: string }): string[] => {
  const held = HELD[role] ?? [];
  return held.length > 0 ? [...held, email.toLowerCase()] : [];
};

/** Why somebody may not decide; null if they may. `inbox.ts` of the store asks the same of many rows. */
export function whyNotAllowed(
  approval: { tenantId: string; approvers: readonly string[]; allowSelf: boolean; requesterId: string },
  caller: { tenantId: string; userId: string; role: string; email: string },
): 'not_an_approver' | 'self_approval' | null {
  const names = approval.tenantId === caller.tenantId ? approverNames(caller) : [];
  if (!approval.approvers.some((name) => names.includes(name))) return 'not_an_approver';
  return approval.allowSelf || approval.requesterId !== caller.userId ? null : 'self_approval';
}

const IN_WORDS: Record<string, string> = {
  tenant_admin: 'an administrator of the tenant',
  tenant_user: 'a user of the tenant',
};
const SHOWN = 3;

/** For example `an administrator of the tenant or ada@lab.test`. */
export function approversInWords(rule: ApprovalRule): string {
  const all = approversOf(rule);
  const names = all.slice(0, SHOWN).map((name) => IN_WORDS[name] ?? name);
  const more = all.length > SHOWN ? [`${all.length - SHOWN} others`] : [];
  const words = [...names, ...more];
  const last = words.pop();
  const who = words.length > 0 ? `${words.join(', ')} or ${last}` : String(last);
  return rule.allowSelf === false ? `${who}, but not the user who requested the execution` : who;
}
