/** The parameters that a task of type `workflow` gives to the workflow that it runs. */
import { InvalidInput } from '../errors.js';
import { isObject, type JsonObject } from '../json/json.js';
import { inputFor, type Context } from './mapping.js';
import { resolveParameters } from './parameters.js';
import type { WorkflowDefinition, WorkflowTask } from './workflow.js';

/** Characters of the parameters as JSON: they stay in a row. */
const MOST = 1_000_000;
const SHOWN = 3;

/**
 * The input mapping gives the parameters. Without one, an item that is an object does, else the defaults of the workflow.
 *
 * @param definition of the workflow that runs
 * @throws InvalidInput `invalid_parameters`, whose message names the first faults; `expression_failed`
 */
export function childParameters(
  task: WorkflowTask,
  context: Context,
  definition: WorkflowDefinition,
): { given: JsonObject; resolved: JsonObject } {
  const { item = null } = context;
  const given = task.inputMapping ? inputFor(task, context) : isObject(item) ? item : {};
  if (!isObject(given)) throw refused(task, 'the input mapping must return an object');
  if (JSON.stringify(given).length > MOST)
    throw refused(task, `they have more than ${MOST} characters: pass less`);
  try {
    // The author of a mapping is an administrator. An item may be what a user has given.
    const isAdmin = task.inputMapping !== null;
    return { given, ...resolveParameters(definition, given, { tier: 0, isAdmin }) };
  } catch (error) {
    throw refused(task, faultsIn(error as InvalidInput));
  }
}

/** Parameters that another part of Radiant refuses for the child. */
export const refused = ({ config }: WorkflowTask, why: string): InvalidInput =>
  new InvalidInput(
    `The parameters for workflow ${config.workflowId} are not valid: ${why}.`,
    [],
    'invalid_parameters',
  );

export const faultsIn = ({ faults }: InvalidInput): string =>
  faults
    .slice(0, SHOWN)
    .map(({ path, message }) => `${path} ${message}`)
    .join('; ');
