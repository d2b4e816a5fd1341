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
import type { WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';
import { expressionsIn, referencesOf } from '../expressions/references.js';
import { childParameters } from '../workflows/child-parameters.js';
import { addUsd, compareUsd, timesUsd } from './money.js';
import type { JsonObject } from '../json/json.js';

/** Samples of earlier executions of the workflow, by task. */
export type History = ReadonlyMap<string, readonly Sample[]>;

/** A workflow that another one runs. */
export interface ChildWorkflow {
  graph: Graph;
  history: History;
}

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
  /** By id, the workflows that its tasks run, and those that they run. */
  children?: ReadonlyMap<string, ChildWorkflow>;
  /** How many tasks of children may still be looked at: a small tree of workflows can stand for millions. */
  room?: { tasks: number };
}

const ROOM = 10_000;

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
  /** Of a task that runs a workflow: what one execution of it does, and how many there are. Null if that is unknown. */
  child?: ChildQuote | null;
}

export interface ChildQuote {
  graph: Graph;
  params: JsonObject;
  /** Of one execution, as if it were alone. */
  parts: Part[];
  times: number;
}

export type Basis = 'history' | 'performance_metrics' | 'none';

export interface Quote {
  /** Null if the price of a part is unknown. */
  cost: { lowUsd: string; likelyUsd: string; highUsd: string } | null;
  /** The weakest basis of its parts. */
  basis: Basis;
  /** Those of children follow the task that runs them, and are named by both: `fold/search`. */
  parts: Part[];
}

const WEAKEST_FIRST = ['none', 'performance_metrics', 'history'] as const;

export function quote(question: QuoteQuestion): Quote {
  const parts = partsOf({ room: { tasks: ROOM }, ...question });
  const priced = parts.filter(({ modelId }) => modelId !== null);
  const basis =
    WEAKEST_FIRST.find((basis) => priced.some(({ estimate }) => (estimate?.basis ?? 'none') === basis)) ??
    'none';
  const prices = priced.map(({ price }) => price).filter((price) => price !== null);
  if (prices.length < priced.length || parts.some(({ child }) => child === null))
    return { cost: null, basis: 'none', parts };
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
        ? withChildren(question, partOf(question, units, graph.task(id), likelihood))
        : [],
    );
  });

/** A part, and those of the children of its task. */
function withChildren(question: QuoteQuestion, part: Part): Part[] {
  const task = question.graph.task(part.taskId);
  if (task.type !== 'workflow') return [part];
  const child = childOf(question, task);
  if (!child) return [{ ...part, child }];
  const isSure = part.likelihood === 'runs';
  const below = child.parts.map((one): Part => ({
    ...one,
    taskId: `${part.taskId}/${one.taskId}`,
    likelihood: isSure ? one.likelihood : 'conditional',
    price: one.price && timesOf(one.price, child.times, isSure),
  }));
  return [{ ...part, child }, ...below];
}

/** Null if the parameters or the number of its executions depend on earlier results. */
function childOf(question: QuoteQuestion, task: WorkflowTask): ChildQuote | null {
  const child = question.children?.get(String(task.config.workflowId));
  const times = itemsOf(task, question.params);
  if (!child || times === null) return null;
  const params = childParamsOf(task, question.params, child.graph.definition);
  if (!params) return null;
  const { graph } = child;
  const { room = { tasks: 0 } } = question;
  room.tasks -= graph.order.length;
  if (room.tasks < 0) return null;
  return {
    graph,
    params,
    times: times ?? 1,
    parts: partsOf({ ...question, ...child, params, reused: new Set() }),
  };
}

/** Items of a map may differ, so one that gives its items to its children has no known price. */
function childParamsOf(
  task: WorkflowTask,
  params: JsonObject,
  definition: WorkflowDefinition,
): JsonObject | null {
  try {
    const { tasks, all } = referencesOf(expressionsIn(task.inputMapping));
    if (all || tasks.size > 0) return null;
    return childParameters(task, { params, tasks: {}, execution: { id: '' } }, definition).resolved;
  } catch {
    return null; // the task itself will report this failure
  }
}

function timesOf(
  { gpuUsd, requestUsd, unitsUsd, markupUsd, totalUsd, lowUsd, highUsd }: NonNullable<Part['price']>,
  times: number,
  isSure: boolean,
): NonNullable<Part['price']> {
  const each = (amount: string) => timesUsd(amount, times);
  return {
    gpuUsd: each(gpuUsd),
    requestUsd: each(requestUsd),
    unitsUsd: each(unitsUsd),
    markupUsd: each(markupUsd),
    totalUsd: each(totalUsd),
    lowUsd: isSure ? each(lowUsd) : addUsd(),
    highUsd: each(highUsd),
  };
}

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
