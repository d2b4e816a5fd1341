/** The task types `transform` and `validation`, where the decision has left them to a worker. Nothing leaves the process. */
import { resultOf } from '../../core/executions/inline-task.js';
import type { TaskTypeRunner } from './task-type.js';

export const evaluation: TaskTypeRunner = async ({ task, context, input }) => ({
  output: resultOf(task, input, context),
  usage: {},
});
