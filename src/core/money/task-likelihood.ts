/** Predicts from the parameters which tasks of an execution will run. */
import { compile } from '../expressions/cel.js';
import { compileCondition, referencesOf } from '../expressions/references.js';
import type { Graph } from '../workflows/graph.js';
import { whySkipped } from '../workflows/join.js';
import type { TaskStatus } from '../status.js';
import type { WorkflowTask } from '../workflows/workflow.js';
import type { JsonObject } from '../json/json.js';

/** `conditional`: an earlier result decides. */
export type Likelihood = 'runs' | 'conditional' | 'skipped' | 'reused';

/** Assumes that every task that runs succeeds. @param reused tasks whose results exist already */
export function likelihoodsOf(
  graph: Graph,
  params: JsonObject,
  reused: ReadonlySet<string>,
): Map<string, Likelihood> {
  const likelihoods = new Map<string, Likelihood>();
  for (const id of graph.order) {
    const before = graph.dependencies(id).map((dependency) => likelihoods.get(dependency) as Likelihood);
    likelihoods.set(id, reused.has(id) ? 'reused' : likelihoodOf(graph.task(id), before, params));
  }
  return likelihoods;
}

function likelihoodOf(
  { config, condition }: WorkflowTask,
  before: readonly Likelihood[],
  params: JsonObject,
): Likelihood {
  const rule = config.join ?? 'all_succeeded';
  const ended = (conditional: TaskStatus): TaskStatus[] =>
    before.map((likelihood) =>
      likelihood === 'conditional' ? conditional : likelihood === 'skipped' ? 'skipped' : 'succeeded',
    );
  if (whySkipped(rule, ended('succeeded'))) return 'skipped';
  const sure = whySkipped(rule, ended('skipped')) === null;
  const holds = condition === null ? true : evaluateEarly(condition, params);
  if (holds === false) return 'skipped';
  return sure && holds ? 'runs' : 'conditional';
}

/** Null if it reads results that do not exist yet, or cannot be computed. */
function evaluateEarly(condition: string, params: JsonObject): boolean | null {
  return before(condition, () => compileCondition(condition)({ params }));
}

/** The number of items of a task's map; null if it depends on earlier results, undefined without a map. */
export function itemsOf({ config }: WorkflowTask, params: JsonObject): number | null | undefined {
  const over = config.map?.over;
  if (over === undefined) return undefined;
  const items = before(over, () => compile(over).evaluate({ params }));
  return Array.isArray(items) ? items.length : null;
}

function before<T>(source: string, evaluate: () => T): T | null {
  try {
    const { tasks, all } = referencesOf([source]);
    return all || tasks.size > 0 ? null : evaluate();
  } catch {
    return null; // the task itself will report this failure
  }
}
