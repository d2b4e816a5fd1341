/** Changes triggers. Secrets are references, and are never read again by a caller. */
import { randomUUID } from 'node:crypto';
import { Conflict, NotFound } from '../../core/errors.js';
import type { Scheme } from '../../core/triggers/signature.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';
import type { Caller } from '../people/identity.js';
import type { TriggerSettings } from './triggers.js';

/** Of one tenant. */
export const MOST_TRIGGERS = 100;

/** @returns its id. @throws Conflict `name_taken`, `too_many_triggers` */
export async function createTrigger(
  ledger: Ledger,
  { tenantId, userId }: Caller,
  {
    workflowUuid,
    scheme,
    secret,
    ...settings
  }: TriggerSettings & { workflowUuid: string; scheme: Scheme; secret: string },
  actor: Actor,
): Promise<string> {
  const id = randomUUID();
  await ledger.as(actor, async (session) => {
    // Requests of a tenant take turns, so that the count holds.
    await session.query('select from tenants where id = $1 for no key update', [tenantId]);
    const [found] = await session.query<{ count: number }>(
      'select count(*) from triggers where tenant_id = $1 and deleted_at is null',
      [tenantId],
    );
    if (found && found.count >= MOST_TRIGGERS)
      throw new Conflict(
        'too_many_triggers',
        `A tenant has at most ${MOST_TRIGGERS} triggers: delete one that is no longer needed.`,
      );
    const made = await session.query(
      `insert into triggers (id, tenant_id, user_id, workflow_id, scheme, secret, name, signature_header, parameters, condition,
         delivery_id, request, enabled)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       on conflict (tenant_id, name) where deleted_at is null do nothing returning id`,
      [id, tenantId, userId, workflowUuid, scheme, secret, ...valuesIn(settings)],
    );
    if (made.length === 0) throw taken(settings.name);
  });
  return id;
}

const valuesIn = (settings: TriggerSettings): unknown[] => [
  settings.name,
  settings.signatureHeader,
  JSON.stringify(settings.parameters),
  settings.condition,
  settings.deliveryId,
  JSON.stringify(settings.request),
  settings.enabled,
];

const taken = (name: string): Conflict =>
  new Conflict('name_taken', `There is a trigger ${name} already: choose another name.`);

/** @throws NotFound */
async function lock(session: Session, tenantId: string, id: string): Promise<{ rowVersion: number }> {
  const [row] = await session.query<{ rowVersion: number }>(
    'select row_version from triggers where id = $1 and tenant_id = $2 and deleted_at is null for no key update',
    [id, tenantId],
  );
  if (!row) throw new NotFound('trigger', id);
  return row;
}

/** Its executions are the caller's from now on. @throws NotFound, Conflict `name_taken`, `stale_version` */
export async function changeTrigger(
  ledger: Ledger,
  { tenantId, userId }: Caller,
  { id, expectedVersion }: { id: string; expectedVersion: number },
  settings: TriggerSettings,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const { rowVersion } = await lock(session, tenantId, id);
    if (rowVersion !== expectedVersion)
      throw new Conflict(
        'stale_version',
        `Trigger ${id} has changed: read it again, and repeat what you want to do.`,
      );
    const [other] = await session.query(
      'select from triggers where tenant_id = $1 and name = $2 and id <> $3 and deleted_at is null',
      [tenantId, settings.name, id],
    );
    if (other) throw taken(settings.name);
    await session.query(
      `update triggers set name = $2, signature_header = $3, parameters = $4, condition = $5, delivery_id = $6, request = $7,
         enabled = $8, user_id = $9, row_version = row_version + 1, updated_at = ledger_now()
       where id = $1`,
      [id, ...valuesIn(settings), userId],
    );
  });
}

/** The secret before is accepted for `keepSeconds` more. @throws NotFound */
export async function rotateSecret(
  ledger: Ledger,
  tenantId: string,
  { id, secret, keepSeconds }: { id: string; secret: string; keepSeconds: number },
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    await lock(session, tenantId, id);
    await session.query(
      `update triggers set secret = $2, secret_set_at = ledger_now(),
         previous_secret = case when $3 > 0 then secret end,
         previous_until = case when $3 > 0 then ledger_now() + $3 * interval '1 s' end,
         row_version = row_version + 1, updated_at = ledger_now()
       where id = $1`,
      [id, secret, keepSeconds],
    );
  });
}

/** Its executions and deliveries stay. @throws NotFound */
export async function deleteTrigger(
  ledger: Ledger,
  tenantId: string,
  id: string,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    await lock(session, tenantId, id);
    await session.query(
      'update triggers set deleted_at = ledger_now(), updated_at = ledger_now() where id = $1',
      [id],
    );
  });
}
