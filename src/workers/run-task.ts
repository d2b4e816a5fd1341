/** Processes one task message: claims the task with a slot and a lease, runs it, records the result, and reports it. */
import type { Blobs } from '../blobs/blob.js';
import { offload } from '../blobs/payload.js';
import { InvocationError, RadiantError } from '../core/errors.js';
import { inputFor, outputFor } from '../core/workflows/mapping.js';
import type { Reads } from '../core/executions/needed-outputs.js';
import { REFUSALS } from '../core/executions/retry.js';
import { checkShape } from '../core/json/limits.js';
import type { TaskType } from '../core/workflows/workflow.js';
import type { Log } from '../log.js';
import type { TaskMessage } from '../queue/messages.js';
import type { Again } from '../queue/receive.js';
import { countRefusals } from '../store/scheduling/attempts.js';
import type { Claim, Claimed, ClaimRequest } from '../store/scheduling/claim.js';
import { batched } from '../store/db/batching.js';
import type { Ledger } from '../store/db/ledger.js';
import { readResults } from '../store/executions/results.js';
import type { Settlement } from '../store/scheduling/settle.js';
import { isShortage } from '../store/db/shortage.js';
import type { Workflows, WorkflowVersion } from '../store/workflows/versions.js';
import type { Capacity } from './capacity.js';
import type { Leases, Lease } from './leases.js';
import { contextOf } from './task-types/context.js';
import type { TaskTypeRunner, Result } from './task-types/task-type.js';
import { billOf, failure, handBack, type Outcome, type Used } from './outcome.js';
import type { ShortageWait } from './wait-out.js';
import { folderOf, storeFiles } from '../blobs/files.js';
import type { Json } from '../core/json/json.js';
import { isOurs, isUnstorable, mustBeWhole, stopped, withoutPayload } from './task-errors.js';

/** The pause before a message returns when all slots are taken; and the longest wait for a place of this process. */
const NO_SLOT_MS = 500;
/** The pause before a message returns when all places of this process are taken: meanwhile another process may receive others. */
const NO_PLACE_MS = 1_500;
/** The pause before a message returns when the row of its model is being written, which takes milliseconds. */
const BUSY_MS = 20;
/** The pause before a message returns when a part of our own is down. */
const DOWN_MS = 2_000;
/** Longest wait for reads before a request, and never more than half a lease, since the slot is taken from the claim on. */
const BEFORE_MS = 10_000;
/** Maximum of concurrent reads of this kind in this process. */
const READS = 2;

export interface RunTaskParts {
  worker: string;
  leaseMs: number;
  ledger: Ledger;
  workflows: Workflows;
  blobs: Blobs;
  log: Log;
  held: Leases;
  gate: Capacity;
  patience: ShortageWait;
  kinds: Partial<Record<TaskType, TaskTypeRunner>>;
  claim: (request: ClaimRequest) => Promise<Claim>;
  settle: (settlement: Settlement) => Promise<boolean>;
  /** Hands a task to a worker with memory for its answer; false if the task is not this worker's, or its answer is only here. */
  giveBack: (taskExecutionId: string) => Promise<boolean>;
  /** Notifies the scheduler. Best effort. */
  askToAdvance: (executionId: string) => Promise<void>;
}

export function makeRunTask(parts: RunTaskParts): (message: TaskMessage) => Promise<Again | undefined> {
  const { worker, leaseMs, ledger, workflows, blobs, log, held, gate, patience, kinds } = parts;
  const { claim, settle, giveBack, askToAdvance } = parts;
  type Read = [executionId: string, reads: Reads];
  const read = batched((asked: Read[]) => Promise.all(asked.map((one) => readResults(ledger, ...one))), {
    atMost: 1,
    abreast: READS,
  });

  return async (message) => {
    const leave = await gate.enter(NO_SLOT_MS);
    if (!leave) return { again: gate.isOpen() ? NO_PLACE_MS : DOWN_MS };
    try {
      const claimed = await claim({ ...message, worker, leaseMs });
      if (claimed === 'gone') return undefined;
      if (claimed === 'no_slot') return { again: NO_SLOT_MS };
      if (claimed === 'busy') return { again: BUSY_MS };
      log.info('task.claimed', factsOf(claimed));
      await serve(claimed);
      return undefined;
    } catch (error) {
      if (isShortage(error)) return { again: DOWN_MS };
      throw error;
    } finally {
      leave();
    }
  };

  async function serve(claimed: Claimed): Promise<void> {
    const lease = held.hold(claimed);
    try {
      const outcome = await work(claimed, lease);
      // Handed to another worker, which records the result.
      if (lease.handedOver) return;
      const { taskExecutionId, executionId, rootId, attempt } = claimed;
      const moved = await keep({ taskExecutionId, executionId, rootId, attempt, worker, ...outcome }, lease);
      log.info(moved ? `task.${outcome.next}` : 'task.result_unwanted', {
        ...factsOf(claimed),
        ...(outcome.errorCode && { errorCode: outcome.errorCode }),
      });
      await askToAdvance(executionId);
    } finally {
      lease.release();
    }
  }

  /** Every result and error becomes an outcome. Throws only if not even the workflow can be read. */
  async function work(claimed: Claimed, lease: Lease): Promise<Outcome> {
    let begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1_000;
    const until = begun + Math.min(BEFORE_MS, leaseMs / 2);
    // The time of our own reads is not the model's.
    const before = <T>(read: () => Promise<T>) =>
      patience.outwait(read, { signal: lease.signal, until }).finally(() => {
        begun = performance.now();
      });
    let used: Used | null = null;
    let version: WorkflowVersion | null = null;
    let input: Json | undefined;
    try {
      version = await before(() => workflows.version(claimed.versionId));
      const { graph } = version;
      const task = graph.task(claimed.taskId);
      const kind = kinds[task.type];
      if (!kind) {
        throw new InvocationError(
          'invalid',
          'unknown_type',
          `A worker cannot run tasks of type ${task.type}.`,
        );
      }
      const context = await before(() => contextOf(read, blobs, claimed, graph));
      const asked = claimed.inputGiven ? claimed.givenInput : inputFor(task, context);
      input = asked;
      const result = await kind({
        claimed,
        task,
        context,
        input: asked,
        signal: lease.signal,
        before,
        meanwhile: (write) =>
          void patience
            .outwait(write, { signal: lease.stopping })
            .catch((error: unknown) => log.error('attempt.not_recorded', error, factsOf(claimed))),
      });
      used = { usage: result.usage, seconds: seconds() };
      const bill = billOf(claimed, used);
      const { output: raw, faults = [], usage } = result;
      mustBeWhole(claimed, [...faults, ...checkShape({ raw, usage })]);
      const prefix = `${folderOf(claimed)}/${claimed.taskExecutionId}`;
      return await stored(claimed, lease, result, async () => {
        const { value, files } = await storeFiles(blobs, `${prefix}/files`, raw);
        const output = outputFor(task, { ...context, output: value });
        return {
          ended: 'succeeded',
          next: 'succeeded',
          input: await offload(blobs, `${prefix}/input`, asked),
          output: await offload(blobs, `${prefix}/output-${claimed.attempt}`, output),
          files: files.map((file) => ({ $file: file })),
          ...bill,
        };
      });
    } catch (caught) {
      if (isOurs(caught) && used === null) return handBack(claimed, caught);
      if (!version) throw caught;
      const unfinished = used === null || isShortage(caught);
      const error = lease.abandoned && unfinished ? stopped() : caught;
      if (!(error instanceof RadiantError)) log.error('task.broke', error, factsOf(claimed));
      const facts = { used, seconds: seconds(), refused: await refusals(claimed, error) };
      const outcome = failure(claimed, version, error, facts);
      // A task that is refused again and again records its input once, at the last attempt.
      const sent = outcome.usesAttempt === false ? undefined : await inputOf(claimed, input);
      return { ...outcome, ...(sent !== undefined && { input: sent }) };
    }
  }

  async function refusals({ taskExecutionId }: Claimed, error: unknown) {
    const none = { times: 0, forMs: 0 };
    if (!(error instanceof InvocationError) || !REFUSALS.includes(error.errorClass)) return none;
    return countRefusals(ledger, taskExecutionId, REFUSALS).catch(() => none);
  }

  /** The input of a failed attempt, for inspection. Omitted if it cannot be stored. */
  async function inputOf(claimed: Claimed, input: Json | undefined) {
    if (input === undefined || checkShape(input).length > 0) return undefined;
    return offload(blobs, `${folderOf(claimed)}/${claimed.taskExecutionId}/input`, input).catch(
      () => undefined,
    );
  }

  /** An answer that cannot be stored yet is kept in memory, or left where it can be fetched again if memory is short. */
  async function stored(
    { taskExecutionId }: Claimed,
    lease: Lease,
    { bytes = 0, adoptable = false }: Result,
    store: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const { signal } = lease;
    try {
      return await patience.outwait(store, { signal, bytes, elsewhere: adoptable });
    } catch (error) {
      if (!isShortage(error) || !adoptable || signal.aborted) throw error;
      lease.handedOver = await patience.outwait(() => giveBack(taskExecutionId), { signal });
      if (lease.handedOver) throw error;
      return patience.outwait(store, { signal, bytes });
    }
  }

  /** Retries until the result is stored. A value that the database cannot hold does not lose the rest of the result. */
  function keep(settlement: Settlement, { stopping }: Lease): Promise<boolean> {
    const write = (form: Settlement) =>
      patience.outwait(() => settle(form), { signal: stopping, when: (error) => !isUnstorable(error) });
    return write(settlement).catch((error: unknown) => {
      if (!isUnstorable(error)) throw error;
      log.error('task.not_settled', error, { taskExecutionId: settlement.taskExecutionId });
      return write(withoutPayload(settlement));
    });
  }
}

const factsOf = ({ taskExecutionId, executionId, taskId, mapIndex, attempt, adopt }: Claimed) => ({
  taskExecutionId,
  executionId,
  taskId,
  ...(mapIndex !== null && { mapIndex }),
  attempt,
  ...(adopt && { adopt }),
});
