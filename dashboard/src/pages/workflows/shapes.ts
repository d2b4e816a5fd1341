/** A workflow in the shapes that the API returns and accepts. */
import type { components } from '../../api/contract';
import type { Parameter } from '../../parts/form/fields';

/** A read workflow has its version as well. `enabled` is present for users who may see disabled ones. */
export type Workflow = components['schemas']['Workflow'];

export type Task = Omit<Workflow['tasks'][number], 'serviceId'>;

/** The writable members: `WorkflowInput` of the API. */
export type Definition = Omit<Workflow, 'id' | 'version' | 'enabled' | 'unavailable' | 'dag' | 'tasks'> & {
  workflowId: string;
  tasks: Task[];
};

export const definitionOf = (workflow: Workflow): Definition => ({
  workflowId: workflow.id,
  name: workflow.name,
  title: workflow.title,
  description: workflow.description,
  category: workflow.category,
  inputSchema: workflow.inputSchema,
  outputSchema: workflow.outputSchema,
  outputMapping: workflow.outputMapping,
  defaultParameters: workflow.defaultParameters,
  timeout: workflow.timeout,
  maxRetries: workflow.maxRetries,
  minTier: workflow.minTier,
  onFailure: workflow.onFailure,
  requiresAuditTrail: workflow.requiresAuditTrail,
  hipaaCompliant: workflow.hipaaCompliant,
  tasks: workflow.tasks.map(taskOf),
  parameters: workflow.parameters,
});

/** Without the read-only members. */
const taskOf = ({
  taskId,
  name,
  description,
  type,
  modelId,
  config,
  inputMapping,
  outputMapping,
  dependsOn,
  condition,
  timeout,
}: Task): Task => ({
  taskId,
  name,
  description,
  type,
  modelId,
  config,
  inputMapping,
  outputMapping,
  dependsOn,
  condition,
  timeout,
});

export const newTask = (taskId: string, dependsOn: string[] = []): Task => ({
  taskId,
  name: '',
  description: null,
  type: 'task',
  modelId: null,
  config: {},
  inputMapping: null,
  outputMapping: null,
  dependsOn,
  condition: null,
  timeout: 300,
});

export const newParameter = (name: string): Parameter => ({
  name,
  displayName: null,
  description: null,
  type: 'string',
  default: null,
  validation: {},
  uiComponent: 'text',
  uiConfig: {},
  userConfigurable: true,
  adminOnly: false,
});

export const newDefinition = (): Definition => ({
  workflowId: '',
  name: '',
  title: null,
  description: null,
  category: '',
  inputSchema: { type: 'object', properties: {} },
  outputSchema: {},
  outputMapping: null,
  defaultParameters: {},
  timeout: 3600,
  maxRetries: 3,
  minTier: 1,
  onFailure: null,
  requiresAuditTrail: false,
  hipaaCompliant: false,
  tasks: [],
  parameters: [],
});

/** For `<Dag>`. */
export const drawn = (tasks: readonly Pick<Task, 'taskId' | 'name' | 'type' | 'modelId' | 'dependsOn'>[]) =>
  tasks.map(({ taskId, name, type, modelId, dependsOn }) => ({
    id: taskId,
    name: name || taskId,
    type,
    modelId,
    dependsOn,
  }));
