/** The task type `transform`: CEL only. The result of the input mapping is the output. */
import type { TaskTypeRunner } from './task-type.js';

export const transform: TaskTypeRunner = async ({ input }) => ({ output: input, usage: {} });
