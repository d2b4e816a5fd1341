/** Receives webhooks: checks the signature, then starts an execution as a request of the trigger's user would. */
import { z } from 'zod';
import {
  InvalidInput,
  InvocationError,
  NotFound,
  RadiantError,
  Refused,
  Unavailable,
} from '../../core/errors.js';
import { storable } from '../../core/json/text.js';
import { deliveryIdOf, parametersFrom, type DeliveryScope } from '../../core/triggers/delivery.js';
import { checkSignature, SIGNATURE_FAULTS } from '../../core/triggers/signature.js';
import { callerOfUser, seesPayloads } from '../../store/people/identity.js';
import {
  findAccepted,
  makeCountRejected,
  OUTCOMES,
  recordDelivery,
  type Decision,
  type DeliveryRow,
} from '../../store/triggers/deliveries.js';
import { triggerFor, type ReadyTrigger } from '../../store/triggers/triggers.js';
import type { Infrastructure } from '../../infrastructure.js';
import { wrongSignature } from '../http/problems.js';
import { route, type Answer, type Route } from '../http/route.js';

const received = z
  .strictObject({
    deliveryId: z.string(),
    outcome: z.enum(OUTCOMES).exclude(['refused']),
    executionId: z.uuid().nullable(),
  })
  .meta({ id: 'ReceivedWebhook' });

export const hookRoutes = (infrastructure: Infrastructure): Route[] => {
  const { ledger, engine, workflows, admission, endpoints, sender, log } = infrastructure;
  const countRejected = makeCountRejected(engine);

  /** @throws Unavailable: the sender tries again */
  async function secretsOf({ id, secrets }: ReadyTrigger): Promise<string[]> {
    try {
      return await Promise.all(secrets.map((secret) => endpoints.resolve(secret)));
    } catch (error) {
      if (!(error instanceof InvocationError)) throw error;
      log.error('trigger.secret_missing', error, { triggerId: id });
      throw new Unavailable(
        'secret_unavailable',
        'The secret of this trigger cannot be read. Try again later.',
      );
    }
  }

  /** As a request of its user would be decided. A shortage of our own is thrown: the sender tries again. */
  async function decide(
    trigger: ReadyTrigger,
    scope: DeliveryScope,
  ): Promise<{ decision: Decision; error?: RadiantError }> {
    try {
      const given = parametersFrom(trigger, scope);
      if (given === null) return { decision: { kind: 'ignore' } };
      const caller = await callerOfUser(ledger, trigger.userId);
      if (!caller || !seesPayloads(caller))
        throw new Refused(
          'user_may_not_run',
          'The user whose executions it starts is disabled or may not run workflows: change the trigger as another user.',
        );
      const workflow = await workflows.current(trigger.workflowId);
      if (!workflow) throw new NotFound('workflow', trigger.workflowId);
      const request = await admission.prepare(caller, { ...trigger.request, given, workflow });
      return { decision: { kind: 'start', request } };
    } catch (error) {
      if (!(error instanceof RadiantError) || error instanceof Unavailable) throw error;
      return refused(error);
    }
  }

  return [
    route({
      method: 'post',
      path: '/v1/hooks/:triggerId',
      operation: 'receiveWebhook',
      roles: 'public',
      summary:
        'Receive a webhook: its signature replaces the key; a delivery is accepted once, and repeated it is answered as the first time',
      params: z.object({ triggerId: z.uuid() }),
      headers: z.looseObject({}),
      body: z.union([z.record(z.string(), z.json()), z.array(z.json())]),
      bodyLimit: '1mb',
      keepsRaw: true,
      status: 202,
      response: received,
      otherwise: {
        status: 200,
        words: 'The condition of the trigger is false: nothing starts.',
        response: received,
      },
      handle: async ({ params: { triggerId }, headers, body, raw }) => {
        const trigger = await triggerFor(ledger, triggerId);
        if (!trigger) throw new NotFound('enabled trigger', triggerId);
        const sent = headers as Record<string, string | string[] | undefined>;
        const signed = { ...trigger, secrets: await secretsOf(trigger), headers: sent, body: raw };
        const signature = checkSignature(signed);
        if (!signature.isValid) {
          await countRejected({ triggerId, code: signature.code });
          throw wrongSignature(signature.code, SIGNATURE_FAULTS[signature.code]);
        }
        const scope = { body, headers: plainHeaders(sent) };
        const { deliveryId, fault } = idOf(trigger, scope, signature.id, raw);
        const accepted = await findAccepted(ledger, trigger, deliveryId);
        if (accepted) return answerTo(accepted);
        const { decision, error } = fault ? refused(fault) : await decide(trigger, scope);
        const { row, isNew, refusal } = await recordDelivery(engine, trigger, deliveryId, decision);
        const why = refusal ?? (row.outcome === 'refused' ? error : null);
        if (why) throw why;
        const { executionId } = row;
        if (isNew && executionId !== null)
          sender
            .askToAdvance([executionId])
            .catch((failure: unknown) => log.error('execution.message_not_sent', failure, { executionId }));
        return answerTo(row);
      },
    }),
  ];
};

/** A delivery whose id cannot be read is listed by the id of its sender, or the hash of its body. */
function idOf(...[trigger, scope, sent, body]: Parameters<typeof deliveryIdOf>): {
  deliveryId: string;
  fault: InvalidInput | null;
} {
  try {
    return { deliveryId: deliveryIdOf(trigger, scope, sent, body), fault: null };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { deliveryId: deliveryIdOf({ ...trigger, deliveryId: null }, scope, sent, body), fault: error };
  }
}

const refused = (error: RadiantError): { decision: Decision; error: RadiantError } => ({
  decision: { kind: 'refuse', code: error.code, message: textOf(error) },
  error,
});

const answerTo = ({ deliveryId, outcome, executionId }: DeliveryRow): Answer => ({
  status: outcome === 'started' ? 202 : 200,
  body: { deliveryId, outcome, executionId },
});

/** A header that is sent several times is one text. */
const plainHeaders = (sent: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(sent).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );

/** With every fault. Messages of our own errors hold no data. */
function textOf(error: RadiantError): string {
  const faults = error instanceof InvalidInput || error instanceof Refused ? error.faults : [];
  const texts = faults.map(({ path, message }) => `${path} ${message}`);
  return storable([error.message, ...texts].join(' ').slice(0, 4_000));
}
