/** `task`: one authorised invocation of a model's endpoint. */
import { inlineFiles, type Blobs } from '../../blobs/index.js';
import { InvocationError } from '../../core/errors.js';
import type { JsonObject } from '../../core/workflow.js';
import type { Endpoints } from '../../endpoints/index.js';
import type { Ledger } from '../../store/pool.js';
import { makeNoteAccepted, makeNoteSending } from '../../store/tasks.js';
import type { Kind } from './kind.js';

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
    const { model, invocationId, adopt, startedAt, timeoutSeconds } = claimed;
    if (!model) throw new InvocationError('invalid', 'no_model', `Task ${claimed.taskId} names no model to invoke.`);
    const plan = endpoints.plan(model, invocationId);
    const body = adopt ? new Uint8Array() : Buffer.from(JSON.stringify(await inlineFiles(blobs, input)));
    if (!adopt) {
      const { driver, endpoint, outputLocation } = plan;
      await noteSending({ invocationId, driver, endpoint, outputLocation });
    }
    const spent = adopt ? Date.now() - startedAt.getTime() : 0;
    const { answer, usage } = await endpoints.invoke({
      model,
      invocationId,
      body,
      timeoutMs: Math.max(1_000, timeoutSeconds * 1_000 - spent),
      signal,
      adopt,
      onAccepted: () => noteAccepted(invocationId),
    });
    return { output: answer, usage: usage as JsonObject };
  };
}
