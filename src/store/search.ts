/** Searches models, workflows and executions by a part of a name or id. */
import { idRange } from './executions/execution-list.js';
import { likeOf } from './db/like.js';
import type { Reader } from './executions/executions.js';
import { seesPayloads } from './people/identity.js';
import type { Session } from './db/ledger.js';

export interface SearchResult {
  kind: 'model' | 'workflow' | 'execution';
  id: string;
  title: string;
  detail: string;
}

/** Returns at most 20 results; in each kind, matches at the beginning come first. Tenants find only what they may use and their own executions. */
export async function search(session: Session, caller: Reader, q: string): Promise<SearchResult[]> {
  const { administratorId, tenantId } = caller;
  const [first, last] = idRange(q) ?? [null, null];
  return session.query<SearchResult>(
    `(select 'model' as kind, model_id as id, display_name as title, model_id || ', ' || category as detail
      from ai_models
      where status <> 'retired' and ($2::uuid is null or enabled) and (model_id ilike $1 or display_name ilike $1)
      order by not (display_name ilike substr($1, 2) or model_id ilike substr($1, 2)), display_name, model_id limit 7)
     union all
     (select 'workflow', workflow_id, name, workflow_id || ' ' || version
      from workflow_definitions
      where ($2::uuid is null or enabled) and (workflow_id ilike $1 or name ilike $1)
      order by not (name ilike substr($1, 2) or workflow_id ilike substr($1, 2)), name limit 6)
     union all
     (select 'execution', f.id::text, coalesce(case when $6 then f.name end, w.name), case when $6 and f.name is not null then w.name || ', ' else '' end || f.status || ', ' || to_char(f.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
      from (
        select * from workflow_executions e
        where ($2::uuid is null or e.tenant_id = $2) and (e.id between $3::uuid and $4::uuid or e.tags @> array[$5] or $6 and name_words(e.name) @@ name_query($5))
        order by e.created_at desc, e.id limit 7
      ) f join workflow_definitions w on w.id = f.workflow_id)`,
    [likeOf(q), administratorId === null ? tenantId : null, first, last, q, seesPayloads(caller)],
  );
}
