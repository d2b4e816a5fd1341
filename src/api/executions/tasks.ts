/** One task of an execution, with its input, its output and all its attempts. */
import { z } from 'zod';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { ATTEMPT_MOVES } from '../../core/status.js';
import { claimsOn } from '../../store/executions/executions.js';
import { addressesOf, findTask } from '../../store/executions/tasks.js';
import type { Infrastructure } from '../../infrastructure.js';
import { seesPayloads } from '../../store/people/identity.js';
import { showTask, taskShape } from './execution-shape.js';
import { present, presentItems } from './payloads.js';
import { ADMINISTRATORS, EVERYBODY, route, type Route } from '../http/route.js';
import { at, json, money, usd } from '../http/shapes.js';

const attempt = z.strictObject({
  attempt: z.int(),
  status: z.enum(Object.keys(ATTEMPT_MOVES) as [string, ...string[]]),
  usage: z.record(z.string(), json),
  costUsd: money,
  startedAt: at,
  endedAt: at.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** The endpoint's address without credentials and query; null for callers who are no administrators, and before the request was sent. */
  address: z.string().nullable(),
  /** What is known of the failed request; null if nothing is. */
  failure: z
    .strictObject({
      /** HTTP status of the response; null if none came. */
      status: z.int().nullable(),
      /** Status of the model's own container, where the provider reports it. */
      modelStatus: z.int().nullable(),
      /** The first kilobyte of the response, sanitised; null for callers who see no payloads. */
      answer: z.string().nullable(),
      /** Why the connection failed, where no response came. */
      cause: z.string().nullable(),
    })
    .nullable(),
});

const taskDetail = taskShape
  .extend({
    input: json,
    /** Of a map: the outputs of its items, in order. Beyond 64 MiB, an item is `{ "$item": { href } }`, the address to read it from. */
    output: json,
    attempts: z.array(attempt),
  })
  .meta({ id: 'TaskDetail' });

export const taskRoutes = ({ ledger, workflows, blobs }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/executions/:id/tasks/:taskId',
    operation: 'getTask',
    roles: EVERYBODY,
    summary: 'Read a task with its input, its output and its attempts',
    params: z.object({ id: z.uuid(), taskId: z.string().max(100) }),
    query: z.strictObject({ mapIndex: counted(RANGES.mapIndex).optional() }),
    status: 200,
    response: taskDetail,
    handle: async ({ caller, params: { id, taskId }, query: { mapIndex = null } }) => {
      const row = await findTask(ledger, await claimsOn(ledger, caller, id), id, taskId, mapIndex);
      const open = seesPayloads(caller);
      const { definition } = await workflows.version(row.versionId);
      const addresses = ADMINISTRATORS.some((role) => role === caller.role)
        ? await addressesOf(ledger, row.id)
        : new Map<number, string>();
      const isMap =
        mapIndex === null && definition.tasks.some((task) => task.taskId === taskId && task.config.map);
      const body = {
        ...showTask(
          row,
          definition.tasks.find((task) => task.taskId === taskId),
        ),
        input: open ? await present(blobs, id, row.input) : null,
        output: open
          ? await (isMap ? presentItems(blobs, { id, taskId }, row.output) : present(blobs, id, row.output))
          : null,
        attempts: row.attempts.map(
          ({ attempt, status, usage, costUsd, startedAt, endedAt, failureDetails, ...rest }) => ({
            attempt,
            status,
            usage,
            costUsd: usd(costUsd),
            startedAt,
            endedAt,
            error:
              rest.errorCode === null
                ? null
                : { code: rest.errorCode, message: rest.errorMessage ?? rest.errorCode },
            address: addresses.get(attempt) ?? null,
            failure: failureDetails && { ...failureDetails, answer: open ? failureDetails.answer : null },
          }),
        ),
      };
      return { body };
    },
  }),
];
