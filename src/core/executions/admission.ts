/** Whether an execution may be accepted, and what is fixed at that moment: parameters, models and the likely price. */
import { Conflict, InvalidInput, Refused, type Fault } from '../errors.js';
import { isUnsupported, modelsOf, type Graph } from '../workflows/graph.js';
import { licenseRefusal, licenseWarnings, whyNotLicensed } from '../models/licensing.js';
import type { ModelConfig } from '../models/model.js';
import { compareUsd } from '../money/money.js';
import { resolveParameters } from '../workflows/parameters.js';
import { isWithin, RANGES } from '../validation/ranges.js';
import { quote, unitsOf, type Basis, type History, type Quote } from '../money/quote.js';
import type { JsonObject } from '../json/json.js';

export interface AdmissionRequest {
  graph: Graph;
  given: JsonObject;
  caller: { tier: number; isAdmin: boolean; commercial: boolean };
  /** Licences end. */
  now: Date;
  /** Every model of `modelsOf(definition)`; null for one that does not exist. */
  models: Record<string, ModelConfig | null>;
  history: History;
  /** What a second that a model publishes takes here; 1 where nothing is said. */
  timeScale?: number;
  /** The most it may cost. */
  budgetUsd?: string | null | undefined;
  /** Tasks whose results are there already, and the models that made them. */
  reuse?: { taskIds: ReadonlySet<string>; models: Record<string, ModelConfig> } | undefined;
}

export interface AdmissionPlan {
  resolved: JsonObject;
  /** The models as they are now: the execution keeps to them. */
  snapshots: Record<string, ModelConfig>;
  /** What to know of their licences, which allow it. */
  warnings: string[];
  quote: Quote;
  estimate: { usd: string | null; basis: Basis };
  /** What is kept back of the tenant's budget: the high end, but never more than it may cost; nothing when unknown. */
  reservationUsd: string;
  /** By model: the amounts that its price counts. */
  units: Record<string, Record<string, number>>;
}

/**
 * Throws Refused `tier_too_low` or `license_refused`, Conflict `model_missing`, `model_disabled` or `task_type_unsupported`, InvalidInput with every fault of the
 * parameters, or `budget_too_small`.
 */
export function planExecution(question: AdmissionRequest): AdmissionPlan {
  const { graph, given, caller, now, models, history, budgetUsd = null, reuse, timeScale = 1 } = question;
  const { definition } = graph;
  const reused = reuse?.taskIds ?? new Set<string>();
  const strange = definition.tasks.find(isUnsupported);
  if (strange) {
    throw new Conflict(
      'task_type_unsupported',
      `Task ${strange.taskId} of workflow ${definition.id} is of a kind that this version cannot run yet.`,
    );
  }
  mustReach(`Workflow ${definition.id}`, definition.minTier, caller.tier);
  const snapshots: Record<string, ModelConfig> = { ...reuse?.models };
  const unlicensed: ModelConfig[] = [];
  const warnings: string[] = [];
  for (const id of modelsOf(definition, reused)) {
    const model = models[id] ?? null;
    const why = whyUnusable(id, model, caller.tier);
    const needed = definition.tasks.some(({ taskId, modelId }) => modelId === id && !reused.has(taskId));
    // A fallback that cannot be used is no reason to refuse: it is simply not there to fall back on.
    if (why && needed) throw why;
    if (!model || why) continue;
    if (whyNotLicensed(model, caller, now).length === 0) {
      snapshots[id] = model;
      warnings.push(...licenseWarnings(model, caller, now).map(({ message }) => message));
    } else if (needed) unlicensed.push(model);
  }
  const refusal = licenseRefusal(unlicensed, caller, now);
  if (refusal) throw refusal;
  const { resolved } = resolveParameters(definition, given, caller);
  mustBeCountable(Object.values(snapshots), resolved);
  const quoted = quote({ graph, params: resolved, models: snapshots, history, reused, timeScale });
  mustSuffice(budgetUsd, quoted);
  return {
    resolved,
    snapshots,
    warnings,
    quote: quoted,
    estimate: { usd: quoted.cost?.likelyUsd ?? null, basis: quoted.basis },
    reservationUsd: reservationFor(quoted, budgetUsd),
    units: Object.fromEntries(
      Object.entries(snapshots).map(([id, model]) => [id, unitsOf(model, resolved) ?? {}]),
    ),
  };
}

/** What a price would multiply beyond all sense is the caller's to change: its place is the parameter that makes it. */
function mustBeCountable(models: readonly ModelConfig[], params: JsonObject): void {
  const faults = models.flatMap((model): Fault[] =>
    Object.entries(unitsOf(model, params) ?? {}).flatMap(([unit, amount]) => {
      if (isWithin(RANGES.units, amount)) return [];
      const source = model.pricing.units[unit] as string;
      const [, name] = /\bparams(?:\.|\?\.|\[['"])(\w+)/.exec(source) ?? [];
      const path = name === undefined ? 'parameters' : `parameters.${name}`;
      return [{ path, message: `makes more than ${RANGES.units.max} of the unit ${unit}: ask for less` }];
    }),
  );
  if (faults.length > 0)
    throw new InvalidInput('The parameters make more than can be priced.', faults, 'invalid_parameters');
}

function mustSuffice(budgetUsd: string | null, { cost }: Quote): void {
  if (budgetUsd === null || !cost || compareUsd(cost.lowUsd, budgetUsd) <= 0) return;
  throw new InvalidInput(
    `This costs ${cost.lowUsd} USD at the least, and ${cost.likelyUsd} USD probably: allow more, or ask for less.`,
    [{ path: 'budgetUsd', message: `must be at least ${cost.lowUsd}` }],
    'budget_too_small',
  );
}

function reservationFor({ cost }: Quote, budgetUsd: string | null): string {
  if (!cost) return budgetUsd ?? '0';
  return budgetUsd !== null && compareUsd(budgetUsd, cost.highUsd) < 0 ? budgetUsd : cost.highUsd;
}

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
