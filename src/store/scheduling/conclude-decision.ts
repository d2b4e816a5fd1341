/** Records on the executions what was decided: one write for each, with its start and its end. */
import type { ExecutionStatus } from '../../core/status.js';
import type { Json } from '../../core/json/json.js';
import type { Session, Statement } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';
import type { Decided, Following } from './apply-decision.js';

interface Conclusion {
  id: string;
  at: string;
  whole: boolean;
  unfinished: boolean;
  begins: boolean;
  status?: ExecutionStatus;
  output?: Json;
  errorCode?: string | undefined;
  errorMessage?: string | undefined;
}

/** The decision has handled all events so far. One that is unfinished is due again at once, in any process. */
export async function conclude(session: Session, decided: readonly (Decided & Following)[]): Promise<void> {
  await session.query(CONCLUDE, CONCLUSIONS.values(decided.map(conclusionOf)));
}

function conclusionOf({
  executionId: id,
  at,
  whole,
  unfinished,
  begins,
  moves,
}: Decided & Following): Conclusion {
  const next = { id, at, whole, unfinished: unfinished === true, begins };
  const end = moves.findLast((move) => move.kind === 'finish');
  if (!end) return next;
  const { status, output, error } = end;
  return { ...next, status, output, errorCode: error?.code, errorMessage: error?.message };
}

const CONCLUSIONS = rowsOf<Conclusion>({
  id: 'uuid',
  at: 'timestamptz',
  whole: 'boolean',
  unfinished: 'boolean',
  begins: 'boolean',
  status: 'text',
  output: 'jsonb',
  errorCode: 'text',
  errorMessage: 'text',
});

const CONCLUDE: Statement = {
  name: 'conclude',
  text: `update workflow_executions e
     set advanced_at = d.at, decide_whole = d.whole, decide_failures = 0,
       decide_after = case when d.unfinished then d.at end,
       decided_event = coalesce((
         select v.id from execution_events v
         where v.workflow_execution_id = e.id and v.task_id is not null
           and v.to_status in ('succeeded', 'failed', 'skipped', 'cancelled')
         order by v.id desc limit 1
       ), e.decided_event),
       status = coalesce(d.status, case when d.begins and e.status = 'pending' then 'running' else e.status end),
       started_at = coalesce(e.started_at, case when d.begins then d.at end),
       output_data = d.output, error_code = d."errorCode", error_message = d."errorMessage",
       completed_at = case when d.status is not null then d.at end
     from ${CONCLUSIONS.as('d')}
     where e.id = d.id and e.status in ('pending', 'running', 'paused')`,
};
