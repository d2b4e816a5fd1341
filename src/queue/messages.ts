/** The messages in the queue. They hold ids only, so a lost or repeated message costs only time. */
import { z } from 'zod';

/** Fits any id of the ledger, and no special characters. */
const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const message = z.strictObject({
  taskExecutionId: id,
  attempt: z.int().nonnegative(),
  /** How often the task has entered `queued`. A message that is sent again is a new job. */
  delivery: z.int().nonnegative(),
});
export type TaskMessage = z.infer<typeof message>;

const advance = z.strictObject({ executionId: id });
export type AdvanceMessage = z.infer<typeof advance>;

/** Throws a ZodError: any program that can reach the queue can add anything to it. */
export const parseTaskMessage = (data: unknown): TaskMessage => message.parse(data);
export const parseAdvance = (data: unknown): AdvanceMessage => advance.parse(data);

/** Two sends of one delivery have the same id, and the queue keeps the first. */
export const jobIdOf = ({ taskExecutionId, attempt, delivery }: TaskMessage): string =>
  `${taskExecutionId}.${attempt}.${delivery}`;

/** The queue of executions to advance. */
export const EXECUTIONS = 'executions';

/** One queue per model, and one for tasks without a model. A name must not contain a colon, which the encoding escapes. */
export const queueNameOf = (modelKey: string | null): string =>
  modelKey === null ? 'tasks' : `model.${encodeURIComponent(modelKey)}`;
