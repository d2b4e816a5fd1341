/** The task type `task`: one authorised invocation of a model's endpoint. */
import type { Blobs } from '../../blobs/blob.js';
import { publishedSeconds } from '../../core/money/price.js';
import { InvocationError } from '../../core/errors.js';
import { inlineFiles } from '../../blobs/files.js';
import type { Endpoints } from '../../endpoints/index.js';
import { makeNoteAccepted, makeNoteSending } from '../../store/scheduling/attempts.js';
import type { Claimed } from '../../store/scheduling/claim.js';
import type { Ledger } from '../../store/db/ledger.js';
import type { TaskTypeRunner, Result } from './task-type.js';
import type { Json, JsonObject } from '../../core/json/json.js';
import type { Answer } from '../../endpoints/driver.js';

/** Errors after which the answer is unknown, but the request may have arrived. */
const LOST_ANSWERS = new Set(['connection_lost', 'invalid_response']);
/** The result of an unacknowledged request is awaited for this multiple of its expected time. */
const PATIENCE = 10;

/** @param doubtMs minimum wait for such a result */
export function makeInference({
  ledger,
  blobs,
  endpoints,
  doubtMs,
}: {
  ledger: Ledger;
  blobs: Blobs;
  endpoints: Endpoints;
  doubtMs: number;
}): TaskTypeRunner {
  const noteSending = makeNoteSending(ledger);
  const noteAccepted = makeNoteAccepted(ledger);

  return async ({ claimed, input, signal, before, meanwhile }) => {
    const { model, invocationId, adopt, accepted, timeoutSeconds, spentMs } = claimed;
    if (!model) {
      throw new InvocationError('invalid', 'no_model', `Task ${claimed.taskId} has no model to invoke.`);
    }
    let begun = performance.now();
    const left = () => Math.max(1_000, timeoutSeconds * 1_000 - spentMs - (performance.now() - begun));
    const invoke = (body: Uint8Array, adopted: boolean, timeoutMs: number) =>
      endpoints.invoke({
        model,
        invocationId,
        body,
        timeoutMs,
        signal,
        adopt: adopted,
        // If this is not recorded, a crash leaves the outcome unknown. Waiting for it would delay the answer.
        onAccepted: async () => meanwhile(() => noteAccepted(invocationId)),
      });
    const takeUp = () =>
      invoke(new Uint8Array(), true, Math.min(left(), likelyMs(claimed, doubtMs))).catch((error: unknown) => {
        if (!(error instanceof InvocationError) || error.errorClass !== 'timeout') throw error;
        throw new InvocationError(
          'lost',
          'never_acknowledged',
          'The request was sent but not acknowledged, and no result came. It is sent again.',
        );
      });

    if (adopt) {
      return resultOf(await (accepted ? invoke(new Uint8Array(), true, left()) : takeUp()), true);
    }
    const plan = endpoints.plan(model, invocationId, timeoutSeconds * 1_000);
    const body = await before(() => bodyOf(claimed, input));
    const noted = await before(() => noteSending({ invocationId, ...plan }));
    if (noted === 'taken')
      throw new InvocationError(
        'cancelled',
        'not_sent',
        'The task was cancelled or moved before its request was sent.',
      );
    if (noted === 'no_slot')
      throw new InvocationError('not_ready', 'no_slot', 'Its slot was released before the request was sent.');
    begun = performance.now();
    const adoptable = plan.outputLocation !== null;
    const answered = await invoke(body, false, left()).catch((error: unknown) => {
      const mayHaveArrived = error instanceof InvocationError && LOST_ANSWERS.has(error.code);
      if (!adoptable || !mayHaveArrived) throw error;
      return takeUp();
    });
    return resultOf(answered, adoptable);
  };

  async function bodyOf({ origins }: Claimed, input: Json): Promise<Uint8Array> {
    const prefixes = origins.map((id) => `executions/${id}`);
    return Buffer.from(JSON.stringify(await inlineFiles(blobs, prefixes, input)));
  }
}

const resultOf = ({ answer, faults, usage, bytes }: Answer, adoptable: boolean): Result => ({
  output: answer,
  faults,
  usage: usage as JsonObject,
  bytes,
  adoptable,
});

/** Long compared with what the model publishes: paying twice is worse than waiting. */
function likelyMs({ model, units }: Claimed, doubtMs: number): number {
  const seconds = model && publishedSeconds(model.performanceMetrics, units);
  return Math.max(doubtMs, (seconds ?? 0) * 1_000 * PATIENCE);
}
