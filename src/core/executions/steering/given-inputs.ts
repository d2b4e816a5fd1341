/** What a rerun may be given: inputs that do not pass the rules of the parameters by, and parameters that are others. */
import { InvalidInput, type Fault } from '../../errors.js';
import { canonical, type JsonObject } from '../../json/json.js';
import type { ModelConfig } from '../../models/model.js';
import type { Graph } from '../../workflows/graph.js';
import { resolveParameters } from '../../workflows/parameters.js';
import type { WorkflowDefinition } from '../../workflows/workflow.js';

/**
 * A given input passes the parameters by: their rules, and the units that prices count in them.
 *
 * @param models of the earlier execution, by id
 * @throws InvalidInput `invalid_edits`
 */
export function mayGiveInputs(
  { definition, task }: Pick<Graph, 'definition' | 'task'>,
  models: Record<string, ModelConfig>,
  taskIds: readonly string[],
  { isAdmin }: { isAdmin: boolean },
): void {
  const isReserved = definition.parameters.some((one) => one.adminOnly || !one.userConfigurable);
  const faults = taskIds.flatMap((id): Fault[] => {
    const { modelId, config } = task(id);
    const used = [modelId, config.fallbackModelId].flatMap((model) => models[model ?? ''] ?? []);
    const path = `body.inputs.${id}`;
    if (used.some(({ pricing }) => Object.keys(pricing.units).length > 0))
      return [{ path, message: 'is priced by what the parameters say: change `parameters` instead' }];
    return isReserved && !isAdmin
      ? [
          {
            path,
            message: 'could pass by parameters that only administrators set: change `parameters` instead',
          },
        ]
      : [];
  });
  if (faults.length > 0)
    throw new InvalidInput('The rerun cannot be edited like this.', faults, 'invalid_edits');
}

/** Whether the parameters of a rerun are others than those of the earlier execution, once defaults are filled in. */
export const areOthers = (
  definition: WorkflowDefinition,
  { parameters, resolvedParameters }: { parameters: JsonObject; resolvedParameters: JsonObject },
  given: JsonObject,
  caller: { tier: number; isAdmin: boolean },
): boolean =>
  canonical(given) !== canonical(parameters) &&
  canonical(resolveParameters(definition, given, caller).resolved) !== canonical(resolvedParameters);
