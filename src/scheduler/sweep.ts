/** The safety net: finds what dead processes and lost messages left behind, and sets it going again. Safe to run twice at once. */
import { RadiantError, Unavailable } from '../core/errors.js';
import { afterFailure, maxAttemptsOf } from '../core/executions/retry.js';
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';
import type { Ledger } from '../store/db/ledger.js';
import { failStranded, failUnlicensed, pickUnclaimed } from '../store/scheduling/dispatch.js';
import { closeAbandoned, findLost, handOver, type Lost } from '../store/scheduling/leases.js';
import type { Settlement } from '../store/scheduling/settle.js';
import { findUnattended } from '../store/scheduling/unattended.js';
import type { Workflows } from '../store/workflows/versions.js';
import { sendMessages } from './dispatch.js';

/** A message that stands unclaimed for this long may have been lost. */
const UNCLAIMED_MS = 10_000;

export function makeSweep({
  ledger,
  workflows,
  sender,
  settle,
  advance,
  dispatch,
  endUnserved,
  leaseMs,
  everyMs,
  log,
}: {
  ledger: Ledger;
  workflows: Workflows;
  sender: Sender;
  settle: (settlement: Settlement) => Promise<boolean>;
  advance: (executionId: string) => Promise<void>;
  dispatch: () => Promise<void>;
  endUnserved: () => Promise<string[]>;
  leaseMs: number;
  /** How often it is called. */
  everyMs: number;
  log: Log;
}): { turn: () => Promise<void>; settled: () => Promise<void> } {
  async function afterLoss(lost: Lost): Promise<Settlement> {
    const { graph, definition } = await workflows.version(lost.versionId);
    const task = graph.task(lost.taskId);
    const now = new Date();
    const verdict = afterFailure({
      errorClass: 'lost',
      attempt: lost.attemptsUsed + 1,
      // Where nothing was sent, nothing was tried.
      maxAttempts: lost.sent ? maxAttemptsOf(definition, task) : Infinity,
      policy: task.config.retry,
      now,
      crashes: lost.crashes + 1,
      refused: { times: 0, forMs: 0 },
      random: Math.random,
    });
    return {
      ...endOf(lost),
      ...(verdict.kind === 'fail' && verdict.code === 'poison' && { errorCode: 'poison' }),
      ...(verdict.kind === 'retry' && {
        next: 'ready',
        delayMs: verdict.notBefore.getTime() - now.getTime(),
      }),
    };
  }

  /** What its definition asks for cannot be done: then its task ends, and keeps no other one waiting. */
  async function giveUp(lost: Lost, error: unknown): Promise<boolean> {
    if (!isItsOwn(error)) throw error;
    log.error('task.not_repaired', error, { taskExecutionId: lost.taskExecutionId });
    return settle(endOf(lost));
  }

  const underWay = new Map<string, Promise<void>>();

  /** Nobody waits for it: one execution that takes long must not keep the next turn from the others. */
  function tend(executionId: string): void {
    const advancing = advance(executionId)
      .catch((error: unknown) => log.error('execution.not_advanced', error, { executionId }))
      .finally(() => {
        if (underWay.get(executionId) === advancing) underWay.delete(executionId);
      });
    underWay.set(executionId, advancing);
  }

  // While the database was away, or this process too busy to turn, nobody here could prolong a lease: afterwards everybody
  // gets the time of one to do so.
  let lenientUntil = 0;
  let turnedAt = performance.now();

  async function repairLosses(): Promise<void> {
    await sendMessages(
      (messages) => sender.askToRun(messages),
      log,
      await handOver(ledger, { expired: true }),
    );
    for (const lost of await findLost(ledger)) {
      const moved = await afterLoss(lost)
        .then(settle)
        .catch((error: unknown) => giveUp(lost, error));
      if (moved) {
        log.warn('task.lost', {
          taskExecutionId: lost.taskExecutionId,
          attempt: lost.attempt,
          worker: lost.worker,
        });
        tend(lost.executionId);
      }
    }
    await closeAbandoned(ledger);
  }

  async function turn(): Promise<void> {
    if (performance.now() >= lenientUntil) await repairLosses();
    for (const executionId of await failStranded(ledger)) tend(executionId);
    for (const executionId of await failUnlicensed(ledger)) tend(executionId);
    for (const executionId of await endUnserved()) tend(executionId);
    await sendMessages(
      (messages) => sender.askAgain(messages),
      log,
      await pickUnclaimed(ledger, UNCLAIMED_MS),
    );
    await dispatch();
    for (const executionId of await findUnattended(ledger, [...underWay.keys()])) tend(executionId);
  }

  return {
    async turn() {
      const beLenient = () => {
        lenientUntil = performance.now() + leaseMs;
      };
      if (performance.now() - turnedAt > everyMs + leaseMs / 2) beLenient();
      try {
        await turn();
      } catch (error) {
        beLenient();
        throw error;
      } finally {
        turnedAt = performance.now();
      }
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}

const endOf = (lost: Lost): Settlement => ({
  taskExecutionId: lost.taskExecutionId,
  executionId: lost.executionId,
  attempt: lost.attempt,
  worker: lost.worker,
  ended: 'unknown',
  crashed: true,
  next: 'failed',
  errorClass: 'lost',
  errorCode: 'worker_lost',
  errorMessage:
    'The worker that ran this attempt stopped answering; whether the endpoint finished it is not known.',
  // What was sent may still be on the GPU: its slot stays taken until it cannot be any more.
  freeSlot: !lost.sent,
  // Where nothing was sent, nothing was tried.
  usesAttempt: lost.sent,
});

/** The fault of a row (a value that nobody can use or keep), and not of a database that is away. */
const isItsOwn = (error: unknown): boolean =>
  (error instanceof RadiantError && !(error instanceof Unavailable)) ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  /^2[23]/.test((error as { code?: string }).code ?? '');
