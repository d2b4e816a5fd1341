/** `transform`: CEL only; what the input mapping makes is the output. */
import type { Kind } from './task-type.js';

export const transform: Kind = async ({ input }) => ({ output: input, usage: {} });
