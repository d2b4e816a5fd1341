/** The task type `validation`: checks the input against a JSON Schema and named checks. Nothing leaves the process. */
import { runChecks } from '../../core/workflows/validation-checks.js';
import { InvocationError } from '../../core/errors.js';
import type { TaskTypeRunner } from './task-type.js';

export const validation: TaskTypeRunner = async ({ task, context, input }) => {
  const faults = runChecks(task.config, input, { ...context });
  if (faults.length > 0) {
    const named = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new InvocationError('invalid', 'validation_failed', `The input is not valid: ${named}.`);
  }
  return { output: { valid: true }, usage: {} };
};
