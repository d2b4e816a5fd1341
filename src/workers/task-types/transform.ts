/** `transform`: CEL only; what the input mapping makes is the output. */
import type { TaskTypeRunner } from './task-type.js';

export const transform: TaskTypeRunner = async ({ input }) => ({ output: input, usage: {} });
