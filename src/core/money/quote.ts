/** Estimates the cost of an execution, task by task, before it runs. */
import { sharingBudget } from '../json/evaluation-budget.js';
import { measureUnits, priceOf, type Price } from './price.js';
import { InvalidInput } from '../errors.js';
import { likelihoodsOf, itemsOf, type Likelihood } from './task-likelihood.js';
import { traitsOf } from './parameter-influence.js';
import type { Graph } from '../workflows/graph.js';
import type { ModelConfig } from '../models/model.js';
import {
  estimateDuration,
  type DurationEstimate,
  type Sample,
  type DurationRange,
} from './duration-estimate.js';
import type { WorkflowTask } from '../workflows/workflow.js';
import { addUsd, compareUsd } from './money.js';
import type { JsonObject } from '../json/json.js';

/** Samples of earlier executions of the workflow, by task. */
export type History = ReadonlyMap<string, readonly Sample[]>;

export interface QuoteQuestion {
  graph: Graph;
  /** Resolved. */
  params: JsonObject;
  /** The models that may be used. */
  models: Record<string, ModelConfig | null>;
  /** How long a published second takes here. */
  timeScale?: number;
  history: History;
  /** Tasks whose results exist already. */
  reused: ReadonlySet<string>;
}

/** A task that will or may run. */
export interface Part {
  taskId: string;
  modelId: string | null;
  likelihood: Exclude<Likelihood, 'skipped' | 'reused'>;
  /** Null if its duration is unknown. */
  estimate: DurationEstimate | null;
  /** Null for a task without a model, or without an estimate. The high total is that of the model or the fallback, whichever costs more. */
  price: (Price & { lowUsd: string; highUsd: string }) | null;
  /** The part of the price that does not depend on the unknown duration; null if `price` is known, or if nothing is. */
  fixedPrice: Pick<Price, 'requestUsd' | 'unitsUsd'> | null;
}

export type Basis = 'history' | 'performance_metrics' | 'none';

export interface Quote {
  /** Null if the price of a part is unknown. */
  cost: { lowUsd: string; likelyUsd: string; highUsd: string } | null;
  /** The weakest basis of its parts. */
  basis: Basis;
  parts: Part[];
}

const WEAKEST_FIRST = ['none', 'performance_metrics', 'history'] as const;

export function quote(question: QuoteQuestion): Quote {
  const parts = partsOf(question);
  const priced = parts.filter(({ modelId }) => modelId !== null);
  const basis =
    WEAKEST_FIRST.find((basis) => priced.some(({ estimate }) => (estimate?.basis ?? 'none') === basis)) ??
    'none';
  const prices = priced.map(({ price }) => price).filter((price) => price !== null);
  if (prices.length < priced.length) return { cost: null, basis: 'none', parts };
  const cost = {
    lowUsd: addUsd(...prices.map(({ lowUsd }) => lowUsd)),
    likelyUsd: addUsd(...prices.map(({ totalUsd }) => totalUsd)),
    highUsd: addUsd(...prices.map(({ highUsd }) => highUsd)),
  };
  return { cost, basis, parts };
}

/** All expressions of a quote share one budget. Once it is spent, conditions count as undecided and lists as uncounted. */
const partsOf = (question: QuoteQuestion): Part[] =>
  sharingBudget(() => {
    const { graph, params, models, reused } = question;
    const units = new Map(
      Object.entries(models).map(([id, model]) => [id, model && unitsOf(model, params)] as const),
    );
    return [...likelihoodsOf(graph, params, reused)].flatMap(([id, likelihood]) =>
      likelihood === 'runs' || likelihood === 'conditional'
        ? [partOf(question, units, graph.task(id), likelihood)]
        : [],
    );
  });

function partOf(
  { params, models, history, timeScale = 1 }: QuoteQuestion,
  unitsByModel: ReadonlyMap<string, Record<string, number> | null>,
  task: WorkflowTask,
  likelihood: Part['likelihood'],
): Part {
  const { taskId, modelId, config } = task;
  const modelOf = (id: string | null | undefined) => (id ? (models[id] ?? null) : null);
  const items = itemsOf(task, params);
  const requests = items ?? null;
  const estimateFor = (model: ModelConfig | null, units: Record<string, number>) =>
    estimateDuration({
      samples: history.get(taskId) ?? [],
      metrics: model?.performanceMetrics ?? {},
      units,
      traits: traitsOf(params),
      requests,
      timeScale,
    });
  const model = modelOf(modelId);
  const units = model ? unitsByModel.get(modelId as string) : {};
  const estimate = estimateFor(model, units ?? {});
  const price = model && units && estimate ? priceAll(model, units, estimate, likelihood) : null;
  const fallback = modelOf(config.fallbackModelId);
  if (price && estimate && fallback) {
    const others = unitsByModel.get(config.fallbackModelId as string) ?? {};
    const other = priceAll(fallback, others, estimateFor(fallback, others) ?? estimate, likelihood);
    if (compareUsd(other.highUsd, price.highUsd) > 0) price.highUsd = other.highUsd;
  }
  const fixedPrice =
    model && units && !estimate && items !== null
      ? priceOf({ pricing: model.pricing, seconds: 0, requests: items ?? 1, units })
      : null;
  return { taskId, modelId, likelihood, estimate: estimate, price, fixedPrice };
}

function priceAll(
  { pricing }: ModelConfig,
  units: Record<string, number>,
  { seconds, requests }: DurationEstimate,
  likelihood: Part['likelihood'],
): NonNullable<Part['price']> {
  const at = (end: keyof DurationRange): Price =>
    priceOf({ pricing, seconds: seconds[end].toFixed(3), requests: Math.round(requests[end]), units });
  // A conditional task may not run, so its low price is zero.
  const lowUsd = likelihood === 'conditional' ? addUsd() : at('low').totalUsd;
  return { ...at('likely'), lowUsd, highUsd: at('high').totalUsd };
}

/** Null if the price counts a unit that this workflow's parameters do not have. That is not the caller's fault. */
export function unitsOf({ pricing }: ModelConfig, params: JsonObject): Record<string, number> | null {
  try {
    return measureUnits(pricing, params);
  } catch (error) {
    if (error instanceof InvalidInput) return null;
    throw error;
  }
}

/** How certain a quote is, as a sentence. */
export function confidenceOf({ basis, parts }: Pick<Quote, 'basis' | 'parts'>): {
  basis: Basis;
  runs: number;
  words: string;
} {
  const estimates = parts.flatMap(({ modelId, estimate }) =>
    modelId !== null && estimate ? [estimate] : [],
  );
  const runs = estimates.length === 0 ? 0 : Math.min(...estimates.map(({ runs }) => runs));
  if (parts.every(({ modelId }) => modelId === null))
    return { basis, runs, words: 'No task of this workflow is charged.' };
  if (basis === 'none')
    return { basis, runs, words: 'Unknown: there is no history, and the models publish no times.' };
  if (basis === 'performance_metrics')
    return {
      basis,
      runs,
      words: 'No history: based on the published times of the models, from half of them to twice as much.',
    };
  const counted = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
  const words = estimates.every(({ sameSize }) => sameSize)
    ? `Based on ${counted} of the same size: 8 of 10 were within these bounds.`
    : `Based on ${counted}, few or of other sizes: scaled to this size and widened by half.`;
  return { basis, runs, words };
}
