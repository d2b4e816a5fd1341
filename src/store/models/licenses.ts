/** Licences of models: edits, reviews and a summary of their compliance. */
import { Conflict, NotFound } from '../../core/errors.js';
import { checked } from '../../core/validation/zod-errors.js';
import type { ModelConfig, ModelLicense } from '../../core/models/model.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import { licenseChange, type LicenseFields, type Review } from '../../core/models/model-fields.js';
import type { JsonObject } from '../../core/json/json.js';
import { editPart, type Edit } from './model-lock.js';
import { ledgerNow } from '../db/clock.js';
import { type Actor, type Ledger, type Session, adminOf } from '../db/ledger.js';

export interface License extends Omit<ModelLicense, 'lastComplianceReview'> {
  commercialNotes: string | null;
  complianceNotes: string | null;
  lastComplianceReview: Date | null;
  /** E-mail address of the reviewer. */
  reviewedBy: string | null;
}

const LICENSE = `l.id, l.license_type as type, l.license_spdx as spdx, l.license_url as url, l.commercial_use,
  l.commercial_notes, l.attribution_required, l.attribution_text, l.share_alike, l.compliance_status,
  l.compliance_notes, l.last_compliance_review, u.email as reviewed_by,
  to_char(l.expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expires_at`;
const REVIEWED = 'left join administrators a on a.id = l.reviewed_by left join users u on u.id = a.user_id';

export const listLicenses = (
  session: Session,
  modelUuid: string,
  id: string | null = null,
): Promise<License[]> =>
  session.query<License>(
    `select ${LICENSE} from model_licenses l ${REVIEWED}
     where l.model_id = $1 and ($2::uuid is null or l.id = $2) order by l.license_type, l.license_spdx`,
    [modelUuid, id],
  );

/** Licences of all enabled models, with the database's time, which decides about expiry. */
export const licenseBoard = (
  session: Session,
): Promise<(License & { modelId: string; modelName: string; now: Date })[]> =>
  session.query(
    `select ${LICENSE}, m.model_id, m.display_name as model_name, ledger_now() as now
     from model_licenses l ${REVIEWED} join ai_models m on m.id = l.model_id
     where m.enabled order by m.display_name, m.model_id, l.license_type, l.license_spdx`,
  );

/** A licence with a compliance status other than `review_needed` counts as reviewed by its author. @throws Conflict `license_exists` */
export async function insertLicenses(
  session: Session,
  modelUuid: string,
  licenses: readonly LicenseFields[],
  actor: Actor,
): Promise<string[]> {
  const rows = await session.query<{ id: string }>(
    `insert into model_licenses (model_id, license_type, license_spdx, license_url, commercial_use, commercial_notes,
       attribution_required, attribution_text, share_alike, compliance_status, compliance_notes, expires_at,
       last_compliance_review, reviewed_by)
     select $1, l.type, l.spdx, l.url, l."commercialUse", l."commercialNotes", l."attributionRequired",
       l."attributionText", l."shareAlike", l."complianceStatus", l."complianceNotes", l."expiresAt",
       case when l."complianceStatus" <> 'review_needed' and $3::uuid is not null then ledger_now() end,
       case when l."complianceStatus" <> 'review_needed' then $3::uuid end
     from jsonb_to_recordset($2) as l (type text, spdx text, url text, "commercialUse" boolean, "commercialNotes" text,
       "attributionRequired" boolean, "attributionText" text, "shareAlike" boolean, "complianceStatus" text,
       "complianceNotes" text, "expiresAt" timestamptz)
     on conflict do nothing returning id`,
    [modelUuid, JSON.stringify(licenses), adminOf(actor)],
  );
  if (rows.length < licenses.length) throw taken();
  return rows.map(({ id }) => id);
}

const taken = () =>
  new Conflict(
    'license_exists',
    'The model already has a licence of this type and SPDX id: change that one.',
  );

/** @throws NotFound, Conflict */
export const addLicense = (ledger: Ledger, edit: Edit, fields: LicenseFields): Promise<License> =>
  editPart(ledger, edit, async (session, { uuid }) => {
    const [id = ''] = await insertLicenses(session, uuid, [fields], edit.actor);
    return present(session, uuid, id);
  });

/** Merges a patch (RFC 7396). Another SPDX id needs a new review. @throws NotFound, InvalidInput, Conflict */
export const changeLicense = (ledger: Ledger, edit: Edit, id: string, patch: JsonObject): Promise<License> =>
  editPart(ledger, edit, async (session, { uuid }) => {
    const now = await present(session, uuid, id);
    const fields = Object.keys(licenseChange.shape).map((field) => [field, now[field as keyof License]]);
    const merged = mergePatch(Object.fromEntries(fields) as JsonObject, patch);
    const wanted = checked(licenseChange, merged, 'licence');
    const [row] = await session.query(
      `update model_licenses set license_type = $3, license_spdx = $4, license_url = $5, commercial_use = $6,
         commercial_notes = $7, attribution_required = $8, attribution_text = $9, share_alike = $10,
         compliance_notes = $11, expires_at = $12,
         compliance_status = case when license_spdx = $4 then compliance_status else 'review_needed' end
       where model_id = $1 and id = $2 and not exists (
         select from model_licenses o
         where o.model_id = $1 and o.id <> $2 and o.license_type = $3 and o.license_spdx = $4)
       returning id`,
      [
        uuid,
        id,
        wanted.type,
        wanted.spdx,
        wanted.url ?? null,
        wanted.commercialUse ?? null,
        wanted.commercialNotes ?? null,
        wanted.attributionRequired,
        wanted.attributionText ?? null,
        wanted.shareAlike,
        wanted.complianceNotes ?? null,
        wanted.expiresAt ?? null,
      ],
    );
    if (!row) throw taken();
    return present(session, uuid, id);
  });

/** Records a review with its reviewer, time and note. @throws NotFound */
export const reviewLicense = (
  ledger: Ledger,
  edit: Edit,
  id: string,
  { complianceStatus, note }: Review,
): Promise<License> =>
  editPart(ledger, edit, async (session, { uuid }) => {
    await present(session, uuid, id);
    await session.query(
      `update model_licenses set compliance_status = $3, compliance_notes = $4, reviewed_by = $5,
         last_compliance_review = ledger_now()
       where model_id = $1 and id = $2`,
      [uuid, id, complianceStatus, note, adminOf(edit.actor)],
    );
    return present(session, uuid, id);
  });

/** @throws NotFound */
export const removeLicense = (ledger: Ledger, edit: Edit, id: string): Promise<void> =>
  editPart(ledger, edit, async (session, { uuid }) => {
    await present(session, uuid, id);
    await session.query('delete from model_licenses where model_id = $1 and id = $2', [uuid, id]);
  });

async function present(session: Session, modelUuid: string, id: string): Promise<License> {
  const [found] = await listLicenses(session, modelUuid, id);
  if (!found) throw new NotFound('licence', id);
  return found;
}

export interface LicenseSummary {
  totalModels: number;
  /** Models whose licences are all in force, compliant and open to commercial use; a model without a licence does not count. */
  commercialOk: number;
  reviewNeeded: number;
  nonCompliant: number;
  expired: number;
  expiringIn30Days: number;
}

/** Counts enabled models. Expired and expiring are different counts. */
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

/** The database's time, which decides about expiry; it is read only if a licence expires. */
export async function licenseNow(session: Session, models: readonly (ModelConfig | null)[]): Promise<Date> {
  if (!models.some((model) => model?.licenses.some(({ expiresAt }) => expiresAt !== null))) return new Date();
  return ledgerNow(session);
}
