/** Loads the built-in catalogue: models and workflows as data files, inserted through the registry's functions. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { checked } from '../../core/validation/zod-errors.js';
import { newModel } from '../../core/models/model-fields.js';
import type { JsonObject } from '../../core/json/json.js';
import { createWorkflow } from '../workflows/definitions.js';
import { editModel, insertModel } from './model-edits.js';
import { SYSTEM, type Ledger } from '../db/ledger.js';

const SEEDS = fileURLToPath(new URL('../../../seeds', import.meta.url));

export interface Loaded {
  added: string[];
  /** Differed from the catalogue, and had never been edited. */
  corrected: string[];
  /** Workflows that were missing. */
  workflows: string[];
}

/** Every model of the catalogue. @throws InvalidInput */
export const catalogue = (): z.output<typeof newModel>[] =>
  read('catalogue').map(({ name, content }) => checked(newModel, content, `model of ${name}`));

/** A workflow for each model, with example parameters. */
export const catalogueWorkflows = (): JsonObject[] =>
  read('workflows').map(({ content }) => content as JsonObject);

const read = (folder: string): { name: string; content: unknown }[] =>
  readdirSync(`${SEEDS}/${folder}`)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => ({
      name,
      content: JSON.parse(readFileSync(`${SEEDS}/${folder}/${name}`, 'utf8')) as unknown,
    }));

/**
 * Can be repeated. Changes by administrators win: a model that one of them has created, edited, disabled or deleted is not
 * changed. Licences, dependencies and workflows are inserted once.
 */
export async function loadCatalogue(ledger: Ledger): Promise<Loaded> {
  const loaded: Loaded = { added: [], corrected: [], workflows: [] };
  for (const model of catalogue()) {
    const { modelId, licenses: _, dependencies: __, ...fields } = model;
    const done = await ledger.as(SYSTEM, async (session) => {
      const [known] = await session.query<{ rowVersion: number; ours: boolean }>(
        `select row_version, enabled and created_by is null and updated_by is null as ours
         from ai_models where model_id = $1 order by (status = 'retired') limit 1`,
        [modelId],
      );
      if (!known) {
        await insertModel(session, model, SYSTEM);
        return 'added';
      }
      if (!known.ours) return null;
      const edited = await editModel(session, { modelId, actor: SYSTEM }, (now) => ({
        ...now,
        ...(fields as JsonObject),
      }));
      return edited.rowVersion === known.rowVersion ? null : 'corrected';
    });
    if (done) loaded[done].push(modelId);
  }
  const existing = await ledger.query<{ id: string }>(
    `select workflow_id as id from workflow_definitions
     union all select model_id from ai_models where status not in ('retired', 'retiring')`,
  );
  const known = new Set(existing.map(({ id }) => id));
  for (const workflow of catalogueWorkflows()) {
    const { workflowId, tasks } = workflow as unknown as { workflowId: string; tasks: { modelId: string }[] };
    // A workflow whose model was deleted by an administrator cannot be saved.
    if (known.has(workflowId) || !tasks.every(({ modelId }) => known.has(modelId))) continue;
    loaded.workflows.push(await createWorkflow(ledger, workflow, SYSTEM));
  }
  return loaded;
}
