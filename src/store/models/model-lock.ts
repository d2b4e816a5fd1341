/** Reads a model's row, and locks it while the model or its parts are changed. */
import { Conflict, NotFound } from '../../core/errors.js';
import { deploymentConfig, pricingConfig, thermalConfig, type ModelConfig } from '../../core/models/model.js';
import type { Actor, Ledger, Session, Statement } from '../db/ledger.js';

/** Completes configurations with their defaults. */
export function parseModel(config: ModelConfig): ModelConfig {
  return {
    ...config,
    deployment: deploymentConfig.parse(config.deployment),
    thermal: thermalConfig.parse(config.thermal),
    pricing: pricingConfig.parse(config.pricing),
  };
}

export async function readModel(session: Session, modelId: string): Promise<ModelConfig | null> {
  const [row] = await session.query<{ config: ModelConfig | null }>(READ_MODEL, [modelId]);
  return row?.config ? parseModel(row.config) : null;
}

const READ_MODEL: Statement = { name: 'read_model', text: 'select get_model_config($1) as config' };

/** Locks the model until the transaction ends. @throws NotFound, Conflict `stale_version` */
export async function lockModel(
  session: Session,
  modelId: string,
  expectedVersion?: number,
): Promise<ModelConfig> {
  const [locked] = await session.query(
    `select from ai_models where model_id = $1 and status <> 'retired' for update`,
    [modelId],
  );
  const current = locked && (await readModel(session, modelId));
  if (!current) throw new NotFound('model', modelId);
  if (expectedVersion !== undefined && expectedVersion !== current.rowVersion) {
    throw new Conflict(
      'stale_version',
      `Model ${modelId} is now at version ${current.rowVersion}, not ${expectedVersion}: read it again and repeat the change.`,
      current,
    );
  }
  return current;
}

/** The model to change, and the actor. */
export interface Edit {
  modelId: string;
  actor: Actor;
  expectedVersion?: number | undefined;
}

/**
 * Changes a licence or a dependency, with its own audit row. The model's version grows with it, so that other editors of the
 * model notice.
 */
export const editPart = <T>(
  ledger: Ledger,
  { modelId, actor, expectedVersion }: Edit,
  change: (session: Session, model: ModelConfig) => Promise<T>,
): Promise<T> =>
  ledger.as(actor, async (session) => {
    const model = await lockModel(session, modelId, expectedVersion);
    const done = await change(session, model);
    await session.query('update ai_models set row_version = row_version + 1 where id = $1', [model.uuid]);
    return done;
  });
