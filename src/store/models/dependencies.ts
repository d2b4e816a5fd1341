/** Dependencies of models: databases, other weights, programs. */
import { Conflict, NotFound } from '../../core/errors.js';
import { checked } from '../../core/validation/zod-errors.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import { dependencyFields, type DependencyFields } from '../../core/models/model-fields.js';
import type { JsonObject } from '../../core/json/json.js';
import { editPart, type Edit } from './model-lock.js';
import type { Ledger, Session } from '../db/ledger.js';

export interface Dependency {
  id: string;
  type: string;
  name: string;
  sizeGb: string | null;
  license: string | null;
  required: boolean;
  notes: string | null;
}

export const listDependencies = (
  session: Session,
  modelUuid: string,
  id: string | null = null,
): Promise<Dependency[]> =>
  session.query<Dependency>(
    `select id, dependency_type as type, dependency_name as name, dependency_size_gb::text as size_gb,
       dependency_license as license, required, notes
     from model_dependencies where model_id = $1 and ($2::uuid is null or id = $2)
     order by dependency_type, dependency_name`,
    [modelUuid, id],
  );

/** @throws Conflict `dependency_exists` */
export async function insertDependencies(
  session: Session,
  modelUuid: string,
  dependencies: readonly DependencyFields[],
): Promise<string[]> {
  const rows = await session.query<{ id: string }>(
    `insert into model_dependencies (model_id, dependency_type, dependency_name, dependency_size_gb,
       dependency_license, required, notes)
     select $1, d.type, d.name, d."sizeGb", d.license, d.required, d.notes
     from jsonb_to_recordset($2) as d (type text, name text, "sizeGb" numeric, license text, required boolean, notes text)
     on conflict do nothing returning id`,
    [modelUuid, JSON.stringify(dependencies)],
  );
  if (rows.length < dependencies.length) throw taken();
  return rows.map(({ id }) => id);
}

const taken = () =>
  new Conflict(
    'dependency_exists',
    'The model already has a dependency of this type and name: change that one.',
  );

/** @throws NotFound, Conflict */
export const addDependency = (ledger: Ledger, edit: Edit, fields: DependencyFields): Promise<Dependency> =>
  editPart(ledger, edit, async (session, { uuid }) => {
    const [id = ''] = await insertDependencies(session, uuid, [fields]);
    return present(session, uuid, id);
  });

/** Merges a patch (RFC 7396). @throws NotFound, InvalidInput, Conflict */
export const changeDependency = (
  ledger: Ledger,
  edit: Edit,
  id: string,
  patch: JsonObject,
): Promise<Dependency> =>
  editPart(ledger, edit, async (session, { uuid }) => {
    const { id: _, ...now } = await present(session, uuid, id);
    const wanted = checked(dependencyFields, mergePatch(now, patch), 'dependency');
    const [row] = await session.query(
      `update model_dependencies set dependency_type = $3, dependency_name = $4, dependency_size_gb = $5,
         dependency_license = $6, required = $7, notes = $8
       where model_id = $1 and id = $2 and not exists (
         select from model_dependencies o
         where o.model_id = $1 and o.id <> $2 and o.dependency_type = $3 and o.dependency_name = $4)
       returning id`,
      [
        uuid,
        id,
        wanted.type,
        wanted.name,
        wanted.sizeGb ?? null,
        wanted.license ?? null,
        wanted.required,
        wanted.notes ?? null,
      ],
    );
    if (!row) throw taken();
    return present(session, uuid, id);
  });

/** @throws NotFound */
export const removeDependency = (ledger: Ledger, edit: Edit, id: string): Promise<void> =>
  editPart(ledger, edit, async (session, { uuid }) => {
    await present(session, uuid, id);
    await session.query('delete from model_dependencies where model_id = $1 and id = $2', [uuid, id]);
  });

async function present(session: Session, modelUuid: string, id: string): Promise<Dependency> {
  const [found] = await listDependencies(session, modelUuid, id);
  if (!found) throw new NotFound('dependency', id);
  return found;
}
