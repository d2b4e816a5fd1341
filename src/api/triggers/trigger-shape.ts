/** The shapes of triggers and their deliveries in the API contract. */
import { z } from 'zod';
import { ruleFaults } from '../../core/triggers/delivery.js';
import { SCHEMES, SIGNATURE_HEADER, TOLERANCE_SECONDS } from '../../core/triggers/signature.js';
import { ranged } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { OUTCOMES, type DeliveryRow } from '../../store/triggers/deliveries.js';
import type { TriggerRow } from '../../store/triggers/triggers.js';
import { newExecution } from '../executions/accept.js';
import { at } from '../http/shapes.js';

const SECRET =
  /^(env:RADIANT_SECRET_HOOK_[A-Z0-9_]+|aws-sm:arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:radiant\/hooks\/[\w/+=.@-]+(#[\w.-]+)?)$/;

export const secret = z
  .string()
  .max(2_100)
  .regex(
    SECRET,
    'must be a reference to a secret for webhooks: env:RADIANT_SECRET_HOOK_… or aws-sm:arn:aws:secretsmanager:…:secret:radiant/hooks/…',
  )
  .meta({
    description: 'A reference to the signing secret, never the secret itself. It is not shown again.',
  });

const expression = z.string().min(1).max(2_000);
const fields = {
  name: z.string().trim().min(1).max(100),
  signatureHeader: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/, 'must be the name of a header, in lower case')
    .meta({
      description: `For \`hmac_sha256\`: the header with the signature. \`${SIGNATURE_HEADER}\` by default.`,
    })
    .nullable()
    .default(null),
  parameters: z.record(z.string(), z.json()).meta({
    description: 'The parameters of each execution: JSON whose strings are CEL over `body` and `headers`.',
  }),
  condition: expression
    .meta({ description: 'CEL. A delivery of which it is false starts nothing.' })
    .nullable()
    .default(null),
  deliveryId: expression
    .meta({
      description:
        'CEL. A delivery with the same id is the same delivery. By default the id that the sender sends, else the hash of the body.',
    })
    .nullable()
    .default(null),
  request: newExecution
    .omit({ parameters: true, deadline: true, quoteId: true })
    .meta({ description: 'What else each execution is created with.' })
    .default({}),
  enabled: z.boolean().default(true),
};
const scheme = z.enum(SCHEMES).meta({
  description: `Who signs, and how. \`standard_webhooks\` and \`stripe\` sign the time as well, which may be ${TOLERANCE_SECONDS / 60} minutes from now.`,
});

type Rules = Pick<z.output<z.ZodObject<typeof fields>>, 'parameters' | 'condition' | 'deliveryId'>;
const validRules = (rules: Rules, context: z.RefinementCtx): void => {
  for (const { path, message } of ruleFaults(rules))
    context.addIssue({ code: 'custom', path: path.split('.'), message });
};

export const settings = z.strictObject(fields).superRefine(validRules);
export const newTrigger = z
  .strictObject({ workflowId: z.string().max(100), scheme, secret, ...fields })
  .superRefine(validRules)
  .superRefine(({ scheme: of, signatureHeader }, context) => {
    if (signatureHeader !== null && of !== 'hmac_sha256')
      context.addIssue({
        code: 'custom',
        path: ['signatureHeader'],
        message: 'is for the scheme hmac_sha256 only',
      });
  });
export const rotation = z.strictObject({
  secret,
  keepSeconds: ranged(RANGES.secretOverlap)
    .meta({ description: 'For so long the secret before is accepted as well, in seconds.' })
    .default(86_400),
});

export const trigger = z
  .strictObject({
    id: z.uuid(),
    tenantId: z.uuid(),
    workflowId: z.string(),
    name: z.string(),
    /** Where deliveries are sent to. */
    path: z.string(),
    scheme,
    secretSetAt: at,
    /** Until when the secret before the rotation is accepted. */
    previousUntil: at.nullable(),
    signatureHeader: z.string().nullable(),
    /** Null for callers who may not see payloads, like the condition, the deliveryId and the request. */
    parameters: z.record(z.string(), z.json()).nullable(),
    condition: z.string().nullable(),
    deliveryId: z.string().nullable(),
    request: fields.request.unwrap().nullable(),
    enabled: z.boolean(),
    /** The user whose executions it starts: who created or changed it last. */
    runsAs: z.string(),
    /** How many deliveries had a signature that did not fit. */
    rejected: z.int(),
    lastRejectedAt: at.nullable(),
    lastRejectedCode: z.string().nullable(),
    createdAt: at,
    updatedAt: at,
  })
  .meta({ id: 'Trigger' });

export function showTrigger(found: TriggerRow, withPayload: boolean) {
  const { rowVersion: _, ...row } = found;
  return {
    ...row,
    path: `/v1/hooks/${row.id}`,
    ...(!withPayload && { parameters: null, condition: null, deliveryId: null, request: null }),
  };
}

export const outcome = z.enum(OUTCOMES);
export const delivery = z
  .strictObject({
    id: z.string(),
    deliveryId: z.string(),
    outcome,
    /** Why it was refused, as a request would have been. */
    code: z.string().nullable(),
    message: z.string().nullable(),
    executionId: z.uuid().nullable(),
    /** How often it has arrived while it was refused, and when it was accepted. */
    attempts: z.int(),
    receivedAt: at,
  })
  .meta({ id: 'TriggerDelivery' });

export const showDelivery = (row: DeliveryRow) => ({ ...row, id: String(row.id) });
