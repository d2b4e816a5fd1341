/** Decides whether an execution is accepted, and fixes its parameters, its models and its estimated price; also those of a child. */
import { Conflict, InvalidInput, Refused, type Fault } from '../errors.js';
import { modelsOf, type Graph } from '../workflows/graph.js';
import { licenseRefusal, licenseWarnings, whyNotLicensed } from '../models/licensing.js';
import type { ModelConfig } from '../models/model.js';
import type { Offer } from '../money/consent.js';
import { compareUsd } from '../money/money.js';
import { childParameters, faultsIn, refused } from '../workflows/child-parameters.js';
import type { Context } from '../workflows/mapping.js';
import type { WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';
import { resolveParameters } from '../workflows/parameters.js';
import { isWithin, RANGES } from '../validation/ranges.js';
import { quote, unitsOf, type Basis, type ChildWorkflow, type History, type Quote } from '../money/quote.js';
import { hashOf, type Json, type JsonObject } from '../json/json.js';

export interface AdmissionRequest {
  graph: Graph;
  given: JsonObject;
  caller: { tier: number; isAdmin: boolean; commercial: boolean };
  /** Licences expire. */
  now: Date;
  /** Every model of `modelsOf(definition)`; null for one that does not exist. */
  models: Record<string, ModelConfig | null>;
  history: History;
  /** How long a published second takes here; 1 by default. */
  timeScale?: number;
  /** The most it may cost. */
  budgetUsd?: string | null | undefined;
  /** By id, the workflows that it runs, and those that they run. */
  children?: ReadonlyMap<string, ChildWorkflow>;
  /** Tasks whose results exist already, and the models that made them. */
  reuse?: { taskIds: ReadonlySet<string>; models: Record<string, ModelConfig> } | undefined;
}

export interface AdmissionPlan {
  resolved: JsonObject;
  /** The models as they are now. The execution uses these snapshots. */
  snapshots: Record<string, ModelConfig>;
  /** What the caller should know of the licences that allow this run. */
  warnings: string[];
  quote: Quote;
  estimate: { usd: string | null; basis: Basis };
  /** Reserved from the tenant's budget: the high estimate, but at most `budgetUsd`; without either, nothing. */
  reservationUsd: string;
  /** By model: the amount of each unit that its price counts. */
  units: Record<string, Record<string, number>>;
}

/**
 * Throws Refused `tier_too_low` or `license_refused`, Conflict `model_missing` or `model_disabled`, InvalidInput with every
 * fault of the parameters, or `budget_too_small`.
 */
export function planExecution(question: AdmissionRequest): AdmissionPlan {
  const { graph, given, caller, now, models, history, budgetUsd = null, reuse, timeScale = 1 } = question;
  const { definition } = graph;
  const { children = new Map<string, ChildWorkflow>() } = question;
  const reused = reuse?.taskIds ?? new Set<string>();
  const below = [...children.values()].map((child) => child.graph.definition);
  for (const { id, minTier } of [definition, ...below]) mustReach(`Workflow ${id}`, minTier, caller.tier);
  const snapshots: Record<string, ModelConfig> = { ...reuse?.models };
  const unlicensed: ModelConfig[] = [];
  const warnings: string[] = [];
  const own = modelsOf(definition, reused);
  for (const id of new Set([...own, ...below.flatMap((one) => modelsOf(one))])) {
    const model = models[id] ?? null;
    const why = whyUnusable(id, model, caller.tier);
    const needed =
      definition.tasks.some(({ taskId, modelId }) => modelId === id && !reused.has(taskId)) ||
      below.some((one) => one.tasks.some(({ modelId }) => modelId === id));
    // A fallback that cannot be used does not refuse the execution: it is left out.
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
  const isOwn = (id: string) => own.includes(id) || reuse?.models[id] !== undefined;
  const counted = Object.entries(snapshots).filter(([id]) => isOwn(id));
  mustBeCountable(
    counted.map(([, model]) => model),
    resolved,
  );
  const quoted = quote({ graph, params: resolved, models: snapshots, history, reused, timeScale, children });
  mustSuffice(budgetUsd, quoted);
  return {
    resolved,
    snapshots,
    warnings,
    quote: quoted,
    estimate: { usd: quoted.cost?.likelyUsd ?? null, basis: quoted.basis },
    reservationUsd: reservationFor(quoted.cost?.highUsd ?? null, budgetUsd),
    units: Object.fromEntries(counted.map(([id, model]) => [id, unitsOf(model, resolved) ?? {}])),
  };
}

export interface ChildPlan {
  given: JsonObject;
  resolved: JsonObject;
  /** The models that it and the workflows below it may use. */
  models: Record<string, ModelConfig>;
  units: Record<string, Record<string, number>>;
}

/**
 * @param definition of the workflow that runs
 * @param below the workflows that it runs, and those that they run
 * @param models of the parent: they were licensed when its tree was accepted
 * @throws InvalidInput as `childParameters`
 */
export function planChild(
  task: WorkflowTask,
  context: Context,
  definition: WorkflowDefinition,
  { below, models }: { below: readonly WorkflowDefinition[]; models: Record<string, ModelConfig> },
): ChildPlan {
  const { given, resolved } = childParameters(task, context, definition);
  const of = (definitions: readonly WorkflowDefinition[]) => {
    const used = new Set(definitions.flatMap((one) => modelsOf(one)));
    return Object.entries(models).filter(([id]) => used.has(id));
  };
  const own = of([definition]);
  try {
    mustBeCountable(
      own.map(([, model]) => model),
      resolved,
    );
  } catch (error) {
    throw refused(task, faultsIn(error as InvalidInput));
  }
  return {
    given,
    resolved,
    models: Object.fromEntries(of([definition, ...below])),
    units: Object.fromEntries(own.map(([id, model]) => [id, unitsOf(model, resolved) ?? {}])),
  };
}

/** Refuses an amount that is too large to be priced. The fault names the parameter that the amount is computed from. */
function mustBeCountable(models: readonly ModelConfig[], params: JsonObject): void {
  const faults = models.flatMap((model): Fault[] =>
    Object.entries(unitsOf(model, params) ?? {}).flatMap(([unit, amount]) => {
      if (isWithin(RANGES.units, amount)) return [];
      const source = model.pricing.units[unit] as string;
      const [, name] = /\bparams(?:\.|\?\.|\[['"])(\w+)/.exec(source) ?? [];
      const path = name === undefined ? 'parameters' : `parameters.${name}`;
      return [
        { path, message: `makes more than ${RANGES.units.max} of the unit ${unit}: use a smaller value` },
      ];
    }),
  );
  if (faults.length > 0)
    throw new InvalidInput('The parameters are too large to be priced.', faults, 'invalid_parameters');
}

function mustSuffice(budgetUsd: string | null, { cost }: Quote): void {
  if (budgetUsd === null || !cost || compareUsd(cost.lowUsd, budgetUsd) <= 0) return;
  throw new InvalidInput(
    `This run costs at least ${cost.lowUsd} USD and probably ${cost.likelyUsd} USD: raise budgetUsd, or run less.`,
    [{ path: 'budgetUsd', message: `must be at least ${cost.lowUsd}` }],
    'budget_too_small',
  );
}

function reservationFor(highUsd: string | null, budgetUsd: string | null): string {
  if (highUsd === null) return budgetUsd ?? '0';
  return budgetUsd !== null && compareUsd(budgetUsd, highUsd) < 0 ? budgetUsd : highUsd;
}

/**
 * What a quote of this plan promises.
 *
 * @param rerun what a rerun reuses and was asked to do differently: it is quoted like the parameters
 */
export const offerOf = (
  { versionId, definition }: { versionId: string; definition: Pick<WorkflowDefinition, 'id' | 'version'> },
  childVersions: Record<string, string>,
  { resolved, snapshots, quote: { cost } }: Pick<AdmissionPlan, 'resolved' | 'snapshots' | 'quote'>,
  rerun?: object,
): Offer => ({
  workflowId: definition.id,
  workflowVersion: definition.version,
  versionId,
  childrenHash: hashOf(childVersions),
  parametersHash: hashOf(rerun ? [resolved, JSON.parse(JSON.stringify(rerun)) as Json] : resolved),
  pricesHash: hashOf(
    Object.fromEntries(
      Object.entries(snapshots).map(([id, { pricing }]) => [id, pricing as unknown as Json]),
    ),
  ),
  price: cost && { likelyUsd: cost.likelyUsd, highUsd: cost.highUsd },
});

/** The plan at the price that was quoted. */
export const atQuotedPrice = (
  plan: AdmissionPlan,
  price: Offer['price'],
  budgetUsd: string | null,
): AdmissionPlan => ({
  ...plan,
  estimate: { ...plan.estimate, usd: price?.likelyUsd ?? null },
  reservationUsd: reservationFor(price?.highUsd ?? null, budgetUsd),
});

function whyUnusable(id: string, model: ModelConfig | null, tier: number): Conflict | Refused | null {
  if (!model) return new Conflict('model_missing', `Model ${id} no longer exists: ask an administrator.`);
  if (!model.enabled)
    return new Conflict('model_disabled', `Model ${id} is disabled: try again when it is enabled.`);
  return tier < model.minTier ? tooLow(`Model ${id}`, model.minTier, tier) : null;
}

function mustReach(what: string, needed: number, tier: number): void {
  if (tier < needed) throw tooLow(what, needed, tier);
}

const tooLow = (what: string, needed: number, tier: number): Refused =>
  new Refused('tier_too_low', `${what} needs tier ${needed} and yours is ${tier}: ask for a higher tier.`);
