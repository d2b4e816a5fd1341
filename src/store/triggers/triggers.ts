/** Reads triggers by the rights of the caller, and for a delivery. */
import { NotFound } from '../../core/errors.js';
import type { JsonObject } from '../../core/json/json.js';
import type { TriggerRules } from '../../core/triggers/delivery.js';
import type { Scheme } from '../../core/triggers/signature.js';
import { cursorOf, newestOf, valuesOf, type Listed, type Newest } from '../db/keyset.js';
import type { Ledger, Session, TenantClaims } from '../db/ledger.js';
import type { Caller } from '../people/identity.js';

/** What each execution is asked for with, beside its parameters. */
export interface TriggeredRequest {
  name?: string | undefined;
  priority?: number | undefined;
  tags?: string[] | undefined;
  budgetUsd?: string | undefined;
  webhookUrl?: string | undefined;
}

/** What a user decides about a trigger, without its secret. */
export interface TriggerSettings extends TriggerRules {
  name: string;
  signatureHeader: string | null;
  request: TriggeredRequest;
  enabled: boolean;
}

export interface TriggerRow extends TriggerSettings {
  id: string;
  tenantId: string;
  workflowId: string;
  /** E-mail address of the user whose executions it starts. */
  runsAs: string;
  scheme: Scheme;
  secretSetAt: Date;
  /** Until when the secret before the rotation is accepted. */
  previousUntil: Date | null;
  rejected: number;
  lastRejectedAt: Date | null;
  lastRejectedCode: string | null;
  rowVersion: number;
  createdAt: Date;
  updatedAt: Date;
}

const TRIGGERS = `t.id, t.tenant_id, w.workflow_id, t.name, u.email as runs_as, t.scheme, t.secret_set_at,
    case when t.previous_until > ledger_now() then t.previous_until end as previous_until, t.signature_header, t.parameters,
    t.condition, t.delivery_id, t.request, t.enabled, t.rejected, t.last_rejected_at, t.last_rejected_code, t.row_version,
    t.created_at, t.updated_at
  from triggers t
  join workflow_definitions w on w.id = t.workflow_id
  join users u on u.id = t.user_id
  where t.deleted_at is null`;

/** A page, newest first: of the caller's tenant, or of all tenants for administrators. */
export function listTriggers(
  ledger: Ledger,
  caller: Caller,
  workflowId: string | undefined,
  page: Newest,
): Promise<Listed<TriggerRow>[]> {
  const read = (session: Session) =>
    session.query<Listed<TriggerRow>>(
      `select ${cursorOf('t')}, ${TRIGGERS}
         and ($1::text is null or t.workflow_id = (select id from workflow_definitions where workflow_id = $1))
         ${newestOf('t', 2)}`,
      [workflowId ?? null, ...valuesOf(page)],
    );
  return caller.administratorId === null ? ledger.within(caller, read) : read(ledger);
}

/** The claims for reading a trigger: the caller's own, or, for administrators, those of its tenant. @throws NotFound */
export async function claimsOnTrigger(ledger: Ledger, caller: Caller, id: string): Promise<TenantClaims> {
  const { tenantId, userId } = caller;
  if (caller.administratorId === null) return { tenantId, userId };
  const [found] = await ledger.query<{ tenantId: string }>('select tenant_id from triggers where id = $1', [
    id,
  ]);
  if (!found) throw new NotFound('trigger', id);
  return { tenantId: found.tenantId, userId };
}

/** @throws NotFound */
export async function findTrigger(ledger: Ledger, claims: TenantClaims, id: string): Promise<TriggerRow> {
  const [row] = await ledger.within(claims, (session) =>
    session.query<TriggerRow>(`select ${TRIGGERS} and t.id = $1`, [id]),
  );
  if (!row) throw new NotFound('trigger', id);
  return row;
}

/** What a delivery needs to know. */
export interface ReadyTrigger extends TriggerRules {
  id: string;
  tenantId: string;
  userId: string;
  workflowId: string;
  scheme: Scheme;
  signatureHeader: string | null;
  request: TriggeredRequest & JsonObject;
  /** References: the current one, and the one before it while that is accepted. */
  secrets: string[];
  now: Date;
}

/** Null if it does not exist, or it or its tenant is disabled. */
export async function triggerFor(session: Session, id: string): Promise<ReadyTrigger | null> {
  const [row] = await session.query<ReadyTrigger>(
    `select t.id, t.tenant_id, t.user_id, w.workflow_id, t.scheme, t.signature_header, t.parameters, t.condition, t.delivery_id,
       t.request, case when t.previous_until > ledger_now() then array[t.secret, t.previous_secret] else array[t.secret] end as secrets,
       ledger_now() as now
     from triggers t
     join workflow_definitions w on w.id = t.workflow_id
     join tenants n on n.id = t.tenant_id and n.enabled
     where t.id = $1 and t.enabled and t.deleted_at is null`,
    [id],
  );
  return row ?? null;
}
