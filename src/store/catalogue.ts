/** The catalogue that comes along: models as data, put into the registry by its own verbs. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { checked } from '../core/faults.js';
import { newModel } from '../core/registration.js';
import type { JsonObject } from '../core/workflow.js';
import { editModel, insertModel } from './model-edits.js';
import { SYSTEM, type Ledger } from './pool.js';

const CATALOGUE = fileURLToPath(new URL('../../seeds/catalogue', import.meta.url));

export interface Loaded {
  added: string[];
  /** Differed from what comes along, and nobody had touched them. */
  corrected: string[];
}

/** Every model of the catalogue. @throws InvalidInput */
export const catalogue = (): z.output<typeof newModel>[] =>
  readdirSync(CATALOGUE)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) =>
      checked(newModel, JSON.parse(readFileSync(`${CATALOGUE}/${name}`, 'utf8')), `model of ${name}`),
    );

/**
 * May be repeated. What administrators do wins: a model that one of them has made, edited, disabled or deleted is left
 * alone, and licences and dependencies are written once, with their model.
 */
export async function loadCatalogue(ledger: Ledger): Promise<Loaded> {
  const loaded: Loaded = { added: [], corrected: [] };
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
  return loaded;
}
