/** The thermal states of the models over a period. */
import type { Period } from '../money/cost-report.js';
import type { Session } from '../db/ledger.js';

export interface HeatSpan {
  modelId: string;
  displayName: string;
  heat: string;
  from: Date;
  to: Date;
}

/** The thermal states of each model as consecutive spans, up to now at most. */
export const heatSpans = (session: Session, { from, to }: Period): Promise<HeatSpan[]> =>
  session.query<HeatSpan>(
    `with period as (select $1::timestamptz as from_at, least($2, ledger_now()) as to_at),
     stated as (
       select m.id, m.model_id, m.display_name, greatest(m.created_at, p.from_at) as at,
         coalesce(
           (select e.to_heat from thermal_events e where e.model_id = m.id and e.at <= p.from_at order by e.at desc limit 1),
           (select e.from_heat from thermal_events e where e.model_id = m.id and e.at > p.from_at order by e.at limit 1),
           m.current_thermal_state) as heat
       from ai_models m, period p
       where m.status <> 'retired' and m.created_at < p.to_at
       union all
       select m.id, m.model_id, m.display_name, e.at, e.to_heat
       from ai_models m, period p, thermal_events e
       where m.status <> 'retired' and e.model_id = m.id and e.at > p.from_at and e.at < p.to_at
     ), changed as (
       select *, lag(heat) over (partition by id order by at) as was from stated
     ), span as (
       select model_id, display_name, heat, at as from_at, lead(at) over (partition by id order by at) as next_at
       from changed where was is distinct from heat
     )
     select s.model_id, s.display_name, s.heat, s.from_at as "from", coalesce(s.next_at, p.to_at) as "to"
     from span s, period p order by s.model_id, s.from_at`,
    [from, to],
  );
