/** What travels through the queue: ids and nothing else, so that a lost or repeated message costs no more than time. */
import { z } from 'zod';

/** As long as any id the ledger gives out, and nothing that could mean something elsewhere. */
const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const message = z.strictObject({
  taskExecutionId: id,
  attempt: z.int().nonnegative(),
  /** How often the task has entered `queued`: a message sent again is a new job. */
  delivery: z.int().nonnegative(),
});
export type TaskMessage = z.infer<typeof message>;

const advance = z.strictObject({ executionId: id });
export type AdvanceMessage = z.infer<typeof advance>;

/** Throws a ZodError: whoever can reach the queue can put anything into it. */
export const parseTaskMessage = (data: unknown): TaskMessage => message.parse(data);
export const parseAdvance = (data: unknown): AdvanceMessage => advance.parse(data);

/** Two sends of one delivery share an id, and the queue keeps the first. */
export const jobIdOf = ({ taskExecutionId, attempt, delivery }: TaskMessage): string =>
  `${taskExecutionId}.${attempt}.${delivery}`;

/** Where executions wait to be advanced. */
export const EXECUTIONS = 'executions';

/** A queue for each model, one for tasks without; a name may not hold a colon, which the encoding escapes. */
export const queueNameOf = (modelKey: string | null): string =>
  modelKey === null ? 'tasks' : `model.${encodeURIComponent(modelKey)}`;
