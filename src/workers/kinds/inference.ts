/** `task`: one authorised invocation of a model's endpoint. */
import { inlineFiles, type Blobs } from '../../blobs/index.js';
import { InvocationError } from '../../core/errors.js';
import type { JsonObject } from '../../core/workflow.js';
import type { Endpoints } from '../../endpoints/index.js';
import type { Ledger } from '../../store/pool.js';
import { makeNoteAccepted, makeNoteSending } from '../../store/attempts.js';
import type { Kind } from './kind.js';

/** How long a result is waited for whose request was never acknowledged: longer than most take, shorter than a person waits. */
const UNACKNOWLEDGED_MS = 60_000;

export function makeInference({
  ledger,
  blobs,
  endpoints,
}: {
  ledger: Ledger;
  blobs: Blobs;
  endpoints: Endpoints;
}): Kind {
  const noteSending = makeNoteSending(ledger);
  const noteAccepted = makeNoteAccepted(ledger);
  return async ({ claimed, input, signal }) => {
    const { model, invocationId, adopt, accepted, startedAt, timeoutSeconds } = claimed;
    if (!model)
      throw new InvocationError('invalid', 'no_model', `Task ${claimed.taskId} names no model to invoke.`);
    const plan = endpoints.plan(model, invocationId);
    const body = adopt ? new Uint8Array() : Buffer.from(JSON.stringify(await inlineFiles(blobs, input)));
    if (!adopt) {
      const { driver, endpoint, outputLocation } = plan;
      await noteSending({ invocationId, driver, endpoint, outputLocation });
    }
    const spent = adopt ? Date.now() - startedAt.getTime() : 0;
    const left = Math.max(1_000, timeoutSeconds * 1_000 - spent);
    // Sent, but its worker died before the acknowledgement: perhaps it never arrived, and nothing will ever come.
    const doubtful = adopt && !accepted;
    const { answer, usage } = await endpoints
      .invoke({
        model,
        invocationId,
        body,
        timeoutMs: doubtful ? Math.min(left, UNACKNOWLEDGED_MS) : left,
        signal,
        adopt,
        onAccepted: () => noteAccepted(invocationId),
      })
      .catch((error: unknown) => {
        if (!doubtful || !(error instanceof InvocationError) || error.errorClass !== 'timeout') throw error;
        throw new InvocationError(
          'lost',
          'never_acknowledged',
          'The worker died while it sent the request, and no result came: it is sent again.',
        );
      });
    return { output: answer, usage: usage as JsonObject };
  };
}
