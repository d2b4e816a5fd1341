/** The smallest definition that runs a model. */
export const SMALL = {
  workflowId: 'w',
  name: 'W',
  category: 'c',
  tasks: [{ taskId: 'a', name: 'A', type: 'task', modelId: 'fold' }],
};
