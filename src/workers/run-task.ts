/** One message: claim it with a slot and a lease, do it, write down how it ended, and say so. */
import type { Blobs } from '../blobs/blob.js';
import { offload } from '../blobs/payload.js';
import { InvocationError, RadiantError, type Fault } from '../core/errors.js';
import { inputFor, outputFor } from '../core/workflows/mapping.js';
import type { Reads } from '../core/executions/needed-outputs.js';
import { REFUSALS } from '../core/executions/retry.js';
import { checkShape } from '../core/json/limits.js';
import type { TaskType } from '../core/workflows/workflow.js';
import type { Log } from '../log.js';
import type { TaskMessage } from '../queue/messages.js';
import type { Again } from '../queue/receive.js';
import { countRefusals } from '../store/executions/attempts.js';
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
import { storeFiles } from '../blobs/files.js';
import { NEVER_SENT } from '../endpoints/provider-errors.js';
import type { Json } from '../core/json/json.js';

/** All slots, or all places of this process, taken: the message comes back after this. */
const NO_SLOT_MS = 500;
/** Something of ours is away. */
const AWAY_MS = 2_000;
/** What has to be read before a request is waited for so long, and not beyond half a lease: its slot counts from the claim. */
const BEFORE_MS = 10_000;
/** How many such reads this process asks for at once. */
const READS = 2;
/** PostgreSQL: a value that no row can hold, a fact that it refuses, a document that is too large. */
const UNSTORABLE = /^(22|23|54)/;

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
  /** Hands a task to whoever has room for its answer; false when it is not this worker's, or its answer is nowhere else. */
  giveBack: (taskExecutionId: string) => Promise<boolean>;
  /** Tells the scheduler; best effort. */
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
    if (!leave) return { again: gate.isOpen() ? NO_SLOT_MS : AWAY_MS };
    try {
      const claimed = await claim({ ...message, worker, leaseMs });
      if (claimed === 'gone') return undefined;
      if (claimed === 'no_slot') return { again: NO_SLOT_MS };
      log.info('task.claimed', factsOf(claimed));
      await serve(claimed);
      return undefined;
    } catch (error) {
      if (isShortage(error)) return { again: AWAY_MS };
      throw error;
    } finally {
      leave();
    }
  };

  async function serve(claimed: Claimed): Promise<void> {
    const lease = held.hold(claimed);
    try {
      const outcome = await work(claimed, lease);
      // Handed to another worker: what it finds is its to write down.
      if (lease.handedOver) return;
      const { taskExecutionId, executionId, attempt } = claimed;
      const moved = await keep({ taskExecutionId, executionId, attempt, worker, ...outcome }, lease);
      log.info(moved ? `task.${outcome.next}` : 'task.result_unwanted', {
        ...factsOf(claimed),
        ...(outcome.errorCode && { errorCode: outcome.errorCode }),
      });
      await askToAdvance(executionId);
    } finally {
      lease.release();
    }
  }

  /** Whatever happened becomes an outcome; throws only when not even the workflow can be read. */
  async function work(claimed: Claimed, lease: Lease): Promise<Outcome> {
    let begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1_000;
    const until = begun + Math.min(BEFORE_MS, leaseMs / 2);
    // What our own part takes is not the model's time.
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
      const asked = inputFor(task, context);
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
            .catch((error: unknown) => log.error('attempt.not_noted', error, factsOf(claimed))),
      });
      used = { usage: result.usage, seconds: seconds() };
      const bill = billOf(claimed, used);
      const { output: raw, faults = [], usage } = result;
      mustBeWhole(claimed, [...faults, ...checkShape({ raw, usage })]);
      const prefix = `executions/${claimed.executionId}/${claimed.taskExecutionId}`;
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
      const facts = { used, seconds: seconds(), refused: await refusals(claimed, error), now: new Date() };
      const outcome = failure(claimed, version, error, facts);
      // Who is turned away again and again writes it once, when that has an end.
      const sent = outcome.usesAttempt === false ? undefined : await inputOf(claimed, input);
      return { ...outcome, ...(sent !== undefined && { input: sent }) };
    }
  }

  async function refusals({ taskExecutionId }: Claimed, error: unknown) {
    const none = { times: 0, forMs: 0 };
    if (!(error instanceof InvocationError) || !REFUSALS.includes(error.errorClass)) return none;
    return countRefusals(ledger, taskExecutionId, REFUSALS).catch(() => none);
  }

  /** The input of a failed attempt, to be looked at: what cannot be kept is left out. */
  async function inputOf({ executionId, taskExecutionId }: Claimed, input: Json | undefined) {
    if (input === undefined || checkShape(input).length > 0) return undefined;
    return offload(blobs, `executions/${executionId}/${taskExecutionId}/input`, input).catch(() => undefined);
  }

  /** An answer that cannot be written yet is kept, or left where it can be fetched again when there is no room for it. */
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

  /** A result that was paid for is not lost to a database that is away, nor to one value it cannot hold. */
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

/** Nothing was sent, and not for a fault of the task. */
const isOurs = (error: unknown): boolean =>
  isShortage(error) || (error instanceof InvocationError && NEVER_SENT.has(error.code));

/** The settlement itself is at fault: it would be refused for ever. */
const isUnstorable = (error: unknown): boolean =>
  error instanceof RangeError || UNSTORABLE.test((error as { code?: string }).code ?? '');

/** What PostgreSQL could not hold, or JavaScript did not, is found before it is written down. */
function mustBeWhole({ model }: Claimed, [fault]: readonly Fault[]): void {
  if (!fault) return;
  const who = model ? `Model ${model.id}` : 'The task';
  throw new InvocationError(
    'invalid',
    'unusable_answer',
    `${who} answered what cannot be kept: ${fault.path} ${fault.message}.`,
  );
}

const stopped = () =>
  new InvocationError(
    'lost',
    'worker_stopped',
    'The worker stopped before the answer came: it is tried again.',
  );

const withoutPayload = ({
  input: _in,
  output: _out,
  files: _files,
  failureDetails: _details,
  usage: _usage,
  ...settlement
}: Settlement): Settlement => ({
  ...settlement,
  ended: settlement.ended === 'succeeded' ? 'failed' : settlement.ended,
  next: 'failed',
  errorCode: 'unusable_answer',
  errorClass: 'invalid',
  errorMessage: 'The answer holds a value that the ledger cannot keep.',
});

const factsOf = ({ taskExecutionId, executionId, taskId, mapIndex, attempt, adopt }: Claimed) => ({
  taskExecutionId,
  executionId,
  taskId,
  ...(mapIndex !== null && { mapIndex }),
  attempt,
  ...(adopt && { adopt }),
});
