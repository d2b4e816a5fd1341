/** `task`: one authorised invocation of a model's endpoint. */
import type { Blobs } from '../../blobs/blob.js';
import { measureUnits, publishedSeconds } from '../../core/money/price.js';
import { InvocationError } from '../../core/errors.js';
import { inlineFiles } from '../../blobs/files.js';
import type { Endpoints } from '../../endpoints/index.js';
import { makeNoteAccepted, makeNoteSending } from '../../store/executions/attempts.js';
import type { Claimed } from '../../store/scheduling/claim.js';
import type { Ledger } from '../../store/db/ledger.js';
import type { TaskTypeRunner, Result } from './task-type.js';
import type { Json, JsonObject } from '../../core/json/json.js';
import type { Answer } from '../../endpoints/driver.js';

/** What came back is not known, but the request may well have arrived. */
const LOST_ANSWERS = new Set(['connection_lost', 'invalid_response']);
/** A result whose request was never acknowledged is waited for so many times as long as it should take. */
const PATIENCE = 10;

/** @param doubtMs the least that such a result is waited for */
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
      throw new InvocationError('invalid', 'no_model', `Task ${claimed.taskId} names no model to invoke.`);
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
        // What is not noted costs some doubt after a crash; waiting for it would cost the answer's time.
        onAccepted: async () => meanwhile(() => noteAccepted(invocationId)),
      });
    const takeUp = () =>
      invoke(new Uint8Array(), true, Math.min(left(), likelyMs(claimed, doubtMs))).catch((error: unknown) => {
        if (!(error instanceof InvocationError) || error.errorClass !== 'timeout') throw error;
        throw new InvocationError(
          'lost',
          'never_acknowledged',
          'The request was sent without an acknowledgement, and no result came: it is sent again.',
        );
      });

    if (adopt) {
      return resultOf(await (accepted ? invoke(new Uint8Array(), true, left()) : takeUp()), true);
    }
    const plan = endpoints.plan(model, invocationId, timeoutSeconds * 1_000);
    const body = await before(() => bodyOf(claimed, input));
    const noted = await before(() => noteSending({ invocationId, ...plan }));
    if (noted === 'taken')
      throw new InvocationError('cancelled', 'not_sent', 'The task was taken away before it was sent.');
    if (noted === 'no_slot')
      throw new InvocationError(
        'not_ready',
        'no_slot',
        'Its slot was gone before the task was ready to be sent.',
      );
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

/** Long beside what the model publishes of itself: paying twice is worse than waiting. */
function likelyMs({ model, parameters }: Claimed, doubtMs: number): number {
  try {
    const seconds =
      model && publishedSeconds(model.performanceMetrics, measureUnits(model.pricing, parameters));
    return Math.max(doubtMs, (seconds ?? 0) * 1_000 * PATIENCE);
  } catch {
    return doubtMs; // the price counts something that these parameters do not have
  }
}
