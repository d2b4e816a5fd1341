/** Reads a model's recorded use: when tasks arrived, how long they worked, and how early they could be forecast. */
import type { ModelConfig } from '../../core/models/model.js';
import type { Arrival } from '../../core/thermal/simulated-forecast.js';
import { parseModel } from '../models/models.js';
import type { Session } from '../db/ledger.js';
import { BILLED } from '../money/durations.js';
import { readHeat } from './heat.js';

/** A model with its current settings, its warm-up time and the database's time; null if there is no such model. */
export async function readUse(
  session: Session,
  modelId: string,
): Promise<{ model: ModelConfig; warmupSeconds: number; now: Date } | null> {
  const [row] = await session.query<{ config: ModelConfig | null }>('select get_model_config($1) as config', [
    modelId,
  ]);
  if (!row?.config) return null;
  const model = parseModel(row.config);
  const [heat] = await readHeat(session, { modelUuids: [model.uuid] });
  return heat ? { model, warmupSeconds: heat.warmupSeconds, now: heat.now } : null;
}

/** Ended tasks that were sent to the model, by their first ready time, from `from` on and before `to`. */
export const readArrivals = (session: Session, modelUuid: string, from: Date, to: Date): Promise<Arrival[]> =>
  session.query<Arrival>(
    `select t.first_ready_at as at, work.seconds,
       greatest(0, extract(epoch from t.first_ready_at - coalesce(e.started_at, e.created_at)))::float8 as lead_seconds
     from task_executions t
     join workflow_executions e on e.id = t.workflow_execution_id
     cross join lateral (
       select sum(${BILLED}) as seconds
       from task_attempts a
       where a.task_execution_id = t.id and a.model_id = t.model_id and a.sent_at is not null and a.ended_at is not null
     ) work
     where t.model_id = $1 and t.completed_at >= $2 and t.first_ready_at >= $2 and t.first_ready_at < $3
       and work.seconds is not null
     order by t.first_ready_at, t.id`,
    [modelUuid, from, to],
  );
