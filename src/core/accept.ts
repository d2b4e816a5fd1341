/** Whether an execution may be accepted, and what is fixed at that moment: parameters, models and the likely price. */
import { addUsd, estimate, type Estimate } from './cost.js';
import { Conflict, InvalidInput, Refused } from './errors.js';
import { isObject } from './json.js';
import type { ModelConfig } from './model.js';
import { resolveParameters } from './parameters.js';
import type { Json, JsonObject, WorkflowDefinition, WorkflowTask } from './workflow.js';

export interface Question {
  definition: WorkflowDefinition;
  given: JsonObject;
  caller: { tier: number; isAdmin: boolean };
  /** Every model of `modelsOf(definition)`; null for one that does not exist. */
  models: Record<string, ModelConfig | null>;
  /** What each task took lately. */
  history: ReadonlyMap<string, { p50Seconds: number; runs: number }>;
}

export interface Plan {
  resolved: JsonObject;
  /** The models as they are now: the execution keeps to them. */
  snapshots: Record<string, ModelConfig>;
  estimate: { usd: string | null; basis: Estimate['basis'] };
}

/** Ids of all models that an execution may call. */
export const modelsOf = ({ tasks }: WorkflowDefinition): string[] => [
  ...new Set(
    tasks
      .flatMap(({ modelId, config }) => [modelId, config.fallbackModelId])
      .filter((id) => typeof id === 'string'),
  ),
];

/**
 * Throws Refused `tier_too_low`, Conflict `model_missing`, `model_disabled` or `task_type_unsupported`, InvalidInput with every fault of the
 * parameters.
 */
export function plan(question: Question): Plan {
  const { definition, given, caller, models } = question;
  const strange = definition.tasks.find(needsMore);
  if (strange) {
    throw new Conflict(
      'task_type_unsupported',
      `Task ${strange.taskId} of workflow ${definition.id} is of a kind that this version cannot run yet.`,
    );
  }
  mustReach(`Workflow ${definition.id}`, definition.minTier, caller.tier);
  const snapshots: Record<string, ModelConfig> = {};
  for (const id of modelsOf(definition)) {
    const model = models[id] ?? null;
    const why = whyUnusable(id, model, caller.tier);
    const needed = definition.tasks.some(({ modelId }) => modelId === id);
    // A fallback that cannot be used is no reason to refuse: it is simply not there to fall back on.
    if (why && needed) throw why;
    if (model && !why) snapshots[id] = model;
  }
  const { resolved } = resolveParameters(definition, given, caller);
  return { resolved, snapshots, estimate: priceAll(question, resolved) };
}

/** Child workflows, approvals and signals are decided already, but no verb ends them yet: they would wait for ever. */
const needsMore = ({ type, config }: WorkflowTask): boolean =>
  type === 'workflow' || type === 'approval' || config.wait?.signal !== undefined;

function whyUnusable(id: string, model: ModelConfig | null, tier: number): Conflict | Refused | null {
  if (!model)
    return new Conflict('model_missing', `Model ${id} does not exist any more: ask an administrator.`);
  if (!model.enabled)
    return new Conflict('model_disabled', `Model ${id} is disabled: try again when it is back.`);
  return tier < model.minTier ? tooLow(`Model ${id}`, model.minTier, tier) : null;
}

function mustReach(what: string, needed: number, tier: number): void {
  if (tier < needed) throw tooLow(what, needed, tier);
}

const tooLow = (what: string, needed: number, tier: number): Refused =>
  new Refused('tier_too_low', `${what} needs tier ${needed} and yours is ${tier}: ask for a higher tier.`);

const WEAKEST_FIRST = ['none', 'performance_metrics', 'history'] as const;

/** One invocation of each model task; unknown as soon as one of them is. */
function priceAll({ definition, models, history }: Question, params: JsonObject): Plan['estimate'] {
  const parts = definition.tasks.flatMap(({ taskId, modelId }) => {
    const model = modelId === null ? null : models[modelId];
    return model ? [priceOne(model, params, history.get(taskId))] : [];
  });
  const amounts = parts.map(({ usd }) => usd).filter((usd) => usd !== null);
  const basis = WEAKEST_FIRST.find((basis) => parts.some((part) => part.basis === basis)) ?? 'none';
  return { usd: amounts.length === parts.length ? addUsd(...amounts) : null, basis };
}

function priceOne(
  model: ModelConfig,
  params: JsonObject,
  history: { p50Seconds: number; runs: number } | undefined,
): Pick<Estimate, 'usd' | 'basis'> {
  try {
    return estimate({ model, params, history: history ?? null });
  } catch (error) {
    // The price counts something that this workflow's parameters do not have: not the caller's mistake.
    if (error instanceof InvalidInput) return { usd: null, basis: 'none' };
    throw error;
  }
}

/** JSON text that is the same for the same content, whatever the order of its keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
