/** The parameters of an execution that handles the failure of another one. */
import type { Json, JsonObject } from '../json/json.js';
import type { Graph } from './graph.js';
import { allowsNull, knownNames } from './parameters.js';
import type { WorkflowDefinition } from './workflow.js';

/** An execution that has failed, as its row says. */
export interface Failed {
  id: string;
  status: string;
  errorCode: string | null;
  errorMessage: string | null;
  parameters: JsonObject;
  /** Ids of its failed tasks, without items of maps. */
  failedTasks: readonly string[];
}

/**
 * Parameters for a handler: the facts that it declares. A fact that is null is left out, so that the parameter's default
 * counts, unless the input schema allows null.
 *
 * @param graph of the workflow that has failed
 * @param handler definition of the workflow that handles it
 */
export function failureFacts(failed: Failed, graph: Graph, handler: WorkflowDefinition): JsonObject {
  const { id: workflowId, version: workflowVersion } = graph.definition;
  const { id: executionId, status, errorCode, errorMessage, parameters } = failed;
  const failedTaskId = fatalTask(failed, graph);
  const facts: Record<string, Json> = {
    executionId,
    workflowId,
    workflowVersion,
    status,
    errorCode,
    errorMessage,
    failedTaskId,
    parameters,
  };
  const known = knownNames(handler);
  return Object.fromEntries(
    Object.entries(facts).filter(
      ([name, value]) => known.has(name) && (value !== null || allowsNull(handler, name)),
    ),
  );
}

/** The first failed task whose failure is not tolerated; null if the execution failed without one. */
const fatalTask = ({ failedTasks }: Failed, graph: Graph): string | null =>
  graph.order.find((id) => failedTasks.includes(id) && graph.task(id).config.onFailure !== 'continue') ??
  null;
