/** The licences of the catalogue, summed up: what may be used, what needs a look, what must not be used. */
import type { ModelConfig } from '../core/model.js';
import type { Session } from './pool.js';

export interface LicenseSummary {
  totalModels: number;
  /** Every licence known, in force, compliant and open to commercial use; a model without a licence is not. */
  commercialOk: number;
  reviewNeeded: number;
  nonCompliant: number;
  expired: number;
  expiringIn30Days: number;
}

/** Of the enabled models. Expired and expiring are not the same. */
export async function summariseLicenses(session: Session): Promise<LicenseSummary> {
  const [row] = await session.query<LicenseSummary>(
    `with licensed as (
       select m.id,
         count(l.id) > 0
           and bool_and(l.commercial_use is true and l.compliance_status = 'compliant'
             and (l.expires_at is null or l.expires_at > ledger_now())) as commercial_ok,
         count(l.id) = 0 or bool_or(l.compliance_status = 'review_needed') as review_needed,
         coalesce(bool_or(l.compliance_status = 'non_compliant' or l.expires_at <= ledger_now()), false) as non_compliant,
         coalesce(bool_or(l.expires_at <= ledger_now()), false) as expired,
         coalesce(bool_or(l.expires_at > ledger_now() and l.expires_at <= ledger_now() + interval '30 days'), false) as expiring
       from ai_models m left join model_licenses l on l.model_id = m.id
       where m.enabled
       group by m.id
     )
     select count(*) as total_models,
       count(*) filter (where commercial_ok) as commercial_ok,
       count(*) filter (where review_needed) as review_needed,
       count(*) filter (where non_compliant) as non_compliant,
       count(*) filter (where expired) as expired,
       count(*) filter (where expiring) as "expiring_in30_days"
     from licensed`,
  );
  return row as LicenseSummary;
}

/** The ledger's time, by which licences end; asked for only where one of them does. */
export async function nowFor(session: Session, models: readonly (ModelConfig | null)[]): Promise<Date> {
  if (!models.some((model) => model?.licenses.some(({ expiresAt }) => expiresAt !== null))) return new Date();
  const [row] = await session.query<{ now: Date }>('select ledger_now() as now');
  return (row as { now: Date }).now;
}
