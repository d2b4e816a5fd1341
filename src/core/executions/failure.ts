/** Turns what was thrown while deciding into a reason that can be kept and shown. */
import { RadiantError } from '../errors.js';
import { storable } from '../json/text.js';
import type { Failure } from '../workflows/workflow.js';

/** Messages of our own errors hold no data; those of anything else might, so they are dropped. */
export const failureOf = (error: unknown): Failure =>
  error instanceof RadiantError
    ? { code: error.code, message: storable(error.message) }
    : { code: 'internal', message: 'Radiant could not decide; see the log.' };
