/** Reads the audit log. */
import type { JsonObject } from '../../core/json/json.js';
import type { Session } from '../db/ledger.js';

export interface AuditRow {
  id: string;
  /** Grows with each entry. */
  seq: number;
  at: Date;
  entity: string;
  /** The id in the API: a model's own id, or the row's id. */
  entityId: string;
  entityName: string | null;
  action: string;
  actorType: 'admin' | 'user' | 'system';
  actorId: string | null;
  actorName: string | null;
  requestId: string | null;
  summary: string;
  before: JsonObject | null;
  after: JsonObject | null;
  /** Version of the model after the change. */
  version: number | null;
}

export interface AuditFilters {
  entity?: string | undefined;
  entityId?: string | undefined;
  action?: string | undefined;
  /** An id, an e-mail address or `system`. */
  actor?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

interface Page {
  /** Entries older than this one. */
  before: number | null;
  limit: number;
}

const ADDRESS = `case g.entity_type when 'model' then s.state ->> 'model_id'
  when 'workflow' then s.state ->> 'workflow_id' else g.entity_id::text end`;
const ENTRY = `select g.id, g.seq, g.created_at as at, replace(g.entity_type, ' ', '_') as entity, ${ADDRESS} as entity_id,
    coalesce(s.state ->> 'display_name', s.state ->> 'name',
      (s.state ->> 'license_spdx') || coalesce(' (' || replace(s.state ->> 'license_type', '_', ' ') || ')', ''),
      s.state ->> 'dependency_name', s.state ->> 'parameter_name', s.state ->> 'email')
      || coalesce(' of ' || m.display_name, '') as entity_name,
    g.action, g.actor_type, g.actor_id, coalesce(nullif(u.name, ''), u.email) as actor_name, g.request_id,
    g.change_summary as summary, g.previous_state as before, g.new_state as after,
    case when g.entity_type = 'model' then (g.new_state ->> 'row_version')::bigint end as version
  from orchestration_audit_log g
  cross join lateral (select coalesce(g.new_state, g.previous_state) as state) s
  left join ai_models m on g.entity_type in ('license', 'dependency') and m.id::text = s.state ->> 'model_id'
  left join administrators a on a.id = g.actor_id and g.actor_type = 'admin'
  left join users u on u.id = coalesce(a.user_id, g.actor_id)`;

/** Newest first. */
export const listAudit = (
  session: Session,
  { entity, entityId, action, actor, from, to }: AuditFilters,
  { before, limit }: Page,
): Promise<AuditRow[]> =>
  session.query<AuditRow>(
    `${ENTRY}
     where ($1::text is null or g.entity_type = $1 or g.entity_type like $1 || ' %')
       and ($2::text is null or g.entity_id::text = $2 or ${ADDRESS} = $2)
       and ($3::text is null or g.action = $3)
       and ($4::text is null or g.actor_id::text = $4 or g.actor_type = $4 or u.email ilike '%' || $4 || '%' or u.name ilike '%' || $4 || '%')
       and ($5::timestamptz is null or g.created_at >= $5) and ($6::timestamptz is null or g.created_at < $6)
       and ($7::bigint is null or g.seq < $7)
     order by g.seq desc limit $8`,
    [
      entity?.replaceAll('_', ' ') ?? null,
      entityId ?? null,
      action ?? null,
      actor?.replaceAll(/[\\%_]/g, '\\$&') ?? null,
      from ?? null,
      to ?? null,
      before,
      limit,
    ],
  );

/** Entries of a model, its licences, dependencies, pins and manual slot releases; newest first. */
export const modelHistory = (
  session: Session,
  modelUuid: string,
  { before, limit }: Page,
): Promise<AuditRow[]> =>
  session.query<AuditRow>(
    `${ENTRY}
     where (g.entity_type in ('model', 'thermal pin') and g.entity_id = $1
         or g.entity_type in ('license', 'dependency', 'slot release') and coalesce(g.new_state, g.previous_state) ->> 'model_id' = $1::text)
       and ($2::bigint is null or g.seq < $2)
     order by g.seq desc limit $3`,
    [modelUuid, before, limit],
  );

/** The model's row at a version; null if there is no such version. */
export async function modelAt(
  session: Session,
  modelUuid: string,
  version: number,
): Promise<JsonObject | null> {
  const [found] = await session.query<{ state: JsonObject }>(
    `select new_state as state from orchestration_audit_log
     where entity_type = 'model' and entity_id = $1 and (new_state ->> 'row_version')::bigint <= $2
       and $2 <= (select row_version from ai_models where id = $1)
     order by seq desc limit 1`,
    [modelUuid, version],
  );
  return found?.state ?? null;
}
