/** Orphaned endpoints, and data that the thermal services share: maintenance leases and the account's permissions. */
import type { Session } from '../db/ledger.js';

export interface Orphan {
  name: string;
  status: string;
  instanceType: string | null;
  instances: number;
  /** For all of its instances; null if no model has this instance type, so that the rate is unknown. */
  hourlyUsd: string | null;
  firstSeen: Date;
  /** Why it could not be deleted. */
  failure: string | null;
}

const ORPHAN = 'name, status, instance_type, instances, hourly_usd, first_seen, failure';

export const listOrphans = (session: Session): Promise<Orphan[]> =>
  session.query(`select ${ORPHAN} from orphans order by first_seen, name`);

/** Replaces the stored orphans, and returns those that were first seen longer than the grace period ago. */
export async function replaceOrphans(
  session: Session,
  orphans: readonly Omit<Orphan, 'firstSeen' | 'failure'>[],
  graceMs: number,
): Promise<Orphan[]> {
  return session.query<Orphan>(
    `with seen as (
       select * from jsonb_to_recordset($1) as s (name text, status text, "instanceType" text, instances int, "hourlyUsd" numeric)
     ), gone as (
       delete from orphans where name not in (select name from seen)
     ), kept as (
       -- One time for all that are seen together, so that they are listed by name.
       insert into orphans (name, status, instance_type, instances, hourly_usd, first_seen)
       select name, status, "instanceType", instances, "hourlyUsd", (select ledger_now()) from seen
       on conflict (name) do update set status = excluded.status, instance_type = excluded.instance_type,
         instances = excluded.instances, hourly_usd = excluded.hourly_usd
       returning ${ORPHAN}
     )
     select * from kept where first_seen <= ledger_now() - $2 * interval '1 ms' order by name`,
    [JSON.stringify(orphans), graceMs],
  );
}

export async function noteDiscard(session: Session, name: string, failure: string | null): Promise<void> {
  await session.query('update orphans set failure = $2 where name = $1', [name, failure]);
}

/** Takes the lease of a maintenance task, at most once every `everyMs`; false if it is another service's turn or not due. */
export async function takeMaintenance(
  session: Session,
  name: 'reap',
  owner: string,
  { everyMs, leaseMs }: { everyMs: number; leaseMs: number },
): Promise<boolean> {
  const rows = await session.query(
    `update thermal_chores set lease_owner = $2, lease_until = ledger_now() + $4 * interval '1 ms'
     where name = $1 and (lease_owner is null or lease_owner = $2 or lease_until < ledger_now())
       and (done_at is null or done_at <= ledger_now() - $3 * interval '1 ms')
     returning name`,
    [name, owner, everyMs, leaseMs],
  );
  return rows.length > 0;
}

export async function endMaintenance(session: Session, name: 'reap', owner: string): Promise<void> {
  await session.query(
    `update thermal_chores set lease_owner = null, lease_until = null, done_at = ledger_now()
     where name = $1 and lease_owner = $2`,
    [name, owner],
  );
}

export interface PermissionRow {
  action: string;
  allowed: boolean;
  reason: string | null;
}

/** The permissions found at the last start of a thermal service. */
export async function replacePermissions(session: Session, found: readonly PermissionRow[]): Promise<void> {
  await session.query(
    `with found as (
       select * from jsonb_to_recordset($1) as f (action text, allowed boolean, reason text)
     ), gone as (
       delete from thermal_permissions where action not in (select action from found)
     )
     insert into thermal_permissions (action, allowed, reason) select action, allowed, reason from found
     on conflict (action) do update
     set allowed = excluded.allowed, reason = excluded.reason, checked_at = ledger_now()`,
    [JSON.stringify(found)],
  );
}

export const missingPermissions = (session: Session): Promise<Omit<PermissionRow, 'allowed'>[]> =>
  session.query('select action, reason from thermal_permissions where not allowed order by action');
