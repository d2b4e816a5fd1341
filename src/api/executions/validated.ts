/** `?dryRun=validate`: what would be accepted. All of accepting is done but the insert. */
import { z } from 'zod';
import { hashOf } from '../../core/json/json.js';
import type { NewExecution } from '../../store/executions/new-execution.js';
import { money, usd } from '../http/shapes.js';

export const dryRun = z.strictObject({ dryRun: z.literal('validate').optional() });

/** An execution that does not exist yet, or the one that was accepted with the same key before. */
export type Validated = { existing: string; request: null } | { existing: null; request: NewExecution };

const validated = z
  .strictObject({
    /** Accepted before with the same Idempotency-Key: the request would answer with this execution. */
    executionId: z.uuid().nullable(),
    /** What would be accepted. Null if it was accepted before. */
    accepts: z
      .strictObject({
        workflowId: z.string(),
        workflowVersion: z.string(),
        name: z.string().nullable(),
        resolvedParameters: z.record(z.string(), z.unknown()),
        /** SHA-256 of the resolved parameters as canonical JSON, in hexadecimal. */
        parametersHash: z.string(),
        quoteId: z.uuid().nullable(),
        estimatedUsd: money.nullable(),
        /** The amount that it would reserve. */
        reservesUsd: money,
      })
      .nullable(),
  })
  .meta({ id: 'ValidatedExecution' });

export const wouldAccept = {
  status: 200,
  words: 'With `dryRun=validate`: what would be accepted. Nothing is written or reserved.',
  response: validated,
};

export const showValidated = ({ existing, request }: Validated): z.input<typeof validated> => ({
  executionId: existing,
  accepts: request && {
    workflowId: request.definition.id,
    workflowVersion: request.definition.version,
    name: request.name ?? null,
    resolvedParameters: request.resolvedParameters,
    parametersHash: hashOf(request.resolvedParameters),
    quoteId: request.consent?.quoteId ?? null,
    estimatedUsd: request.estimate.usd === null ? null : usd(request.estimate.usd),
    reservesUsd: usd(request.reservationUsd ?? '0'),
  },
});
