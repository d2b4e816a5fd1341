/** Which errors of a task are its own, which are ours, and what is written down of those. */
import { InvocationError, type Fault } from '../core/errors.js';
import type { Claimed } from '../store/scheduling/claim.js';
import type { Settlement } from '../store/scheduling/settle.js';
import { isShortage } from '../store/db/shortage.js';
import { NEVER_SENT } from '../endpoints/provider-errors.js';
/** PostgreSQL error classes: an invalid value, a violated constraint, a document that is too large. */
const UNSTORABLE = /^(22|23|54)/;

/** Nothing was sent, and the task is not at fault. */
export const isOurs = (error: unknown): boolean =>
  isShortage(error) || (error instanceof InvocationError && NEVER_SENT.has(error.code));

/** The settlement itself is invalid, so retries are useless. */
export const isUnstorable = (error: unknown): boolean =>
  error instanceof RangeError || UNSTORABLE.test((error as { code?: string }).code ?? '');

/** Detects values that PostgreSQL or JavaScript cannot hold before anything is written. */
export function mustBeWhole({ model }: Claimed, [fault]: readonly Fault[]): void {
  if (!fault) return;
  const source = model ? `Model ${model.id}` : 'The task';
  throw new InvocationError(
    'invalid',
    'unusable_answer',
    `${source} returned a value that cannot be stored: ${fault.path} ${fault.message}.`,
  );
}

export const stopped = () =>
  new InvocationError(
    'lost',
    'worker_stopped',
    'The worker stopped before the answer arrived. The task is tried again.',
  );

export const withoutPayload = ({
  input: _in,
  output: _out,
  files: _files,
  failureDetails: _details,
  usage: _usage,
  ...settlement
}: Settlement): Settlement => ({
  ...settlement,
  ended: settlement.ended === 'succeeded' ? 'failed' : settlement.ended,
  next: 'failed',
  errorCode: 'unusable_answer',
  errorClass: 'invalid',
  errorMessage: 'The answer contains a value that the ledger cannot store.',
});
