/** Turns an error of a decision into a reason that can be stored and shown. */
import { RadiantError } from '../errors.js';
import { storable } from '../json/text.js';
import type { Failure } from '../workflows/workflow.js';

/** Messages of our own errors hold no data. Other messages might, so they are dropped. */
export const failureOf = (error: unknown): Failure =>
  error instanceof RadiantError
    ? { code: error.code, message: storable(error.message) }
    : { code: 'internal', message: 'Radiant could not decide: see its log.' };
