/** The sweep: finds what dead processes and lost messages left behind, and repairs it. Several may run at once. */
import { RadiantError, Unavailable } from '../core/errors.js';
import { afterFailure, fallbackOf, maxAttemptsOf } from '../core/executions/retry.js';
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';
import type { Ledger } from '../store/db/ledger.js';
import { pickUnclaimed } from '../store/scheduling/dispatch.js';
import { failStranded, failUnlicensed } from '../store/scheduling/unrunnable.js';
import { closeAbandoned, findLost, handOverExpired, type Lost } from '../store/scheduling/leases.js';
import type { Settlement } from '../store/scheduling/settle.js';
import { findUnattended, isAtRest } from '../store/scheduling/unattended.js';
import type { Workflows } from '../store/workflows/versions.js';
import { sendMessages } from './dispatch.js';

/** A message that is unclaimed for this long may have been lost. */
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
  /** The interval between calls. */
  everyMs: number;
  log: Log;
}): { turn: () => Promise<void>; settled: () => Promise<void> } {
  async function afterLoss(lost: Lost): Promise<Settlement> {
    const { graph, definition } = await workflows.version(lost.versionId);
    const task = graph.task(lost.taskId);
    const verdict = afterFailure({
      errorClass: 'lost',
      attempt: lost.attemptsUsed + 1,
      // Without a sent request, no attempt was used.
      maxAttempts: lost.sent ? maxAttemptsOf(definition, task) : Infinity,
      policy: task.config.retry,
      crashes: lost.crashes + 1,
      refused: { times: 0, forMs: 0 },
      fallback: fallbackOf(task, lost),
      random: Math.random,
    });
    return {
      ...endOf(lost),
      ...(verdict.kind === 'fail' && verdict.code === 'poison' && { errorCode: 'poison' }),
      ...(verdict.kind === 'retry' && { next: 'ready', delayMs: verdict.delayMs }),
      ...(verdict.kind === 'fallback' && { next: 'ready', fallbackModelId: verdict.modelId }),
    };
  }

  /** Ends a task whose definition cannot be executed, so that it does not block the repair of others. */
  async function giveUp(lost: Lost, error: unknown): Promise<boolean> {
    if (!isItsOwn(error)) throw error;
    log.error('task.not_repaired', error, { taskExecutionId: lost.taskExecutionId });
    return settle(endOf(lost));
  }

  const underWay = new Map<string, Promise<void>>();

  /** Not awaited: one slow execution must not delay the next turn for the others. */
  function startAdvance(executionId: string): void {
    const advancing = advance(executionId)
      .catch((error: unknown) => log.error('execution.not_advanced', error, { executionId }))
      .finally(() => {
        if (underWay.get(executionId) === advancing) underWay.delete(executionId);
      });
    underWay.set(executionId, advancing);
  }

  // While the database was down, or this process too busy to run, no lease could be renewed here. Afterwards every worker
  // gets the time of one lease to renew its own.
  let lenientUntil = 0;
  let turnedAt = performance.now();

  async function repairLosses(): Promise<void> {
    await sendMessages((messages) => sender.askToRun(messages), log, await handOverExpired(ledger));
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
        startAdvance(lost.executionId);
      }
    }
    await closeAbandoned(ledger);
  }

  async function turn(): Promise<void> {
    if (await isAtRest(ledger)) return;
    if (performance.now() >= lenientUntil) await repairLosses();
    for (const executionId of await failStranded(ledger)) startAdvance(executionId);
    for (const executionId of await failUnlicensed(ledger)) startAdvance(executionId);
    for (const executionId of await endUnserved()) startAdvance(executionId);
    await sendMessages(
      (messages) => sender.askAgain(messages),
      log,
      await pickUnclaimed(ledger, UNCLAIMED_MS),
    );
    await dispatch();
    for (const executionId of await findUnattended(ledger, [...underWay.keys()])) startAdvance(executionId);
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
    'The worker of this attempt stopped responding. Whether the endpoint finished the request is unknown.',
  // A sent request may still be running, so its slot stays taken until it must have ended.
  freeSlot: !lost.sent,
  // Without a sent request, no attempt was used.
  usesAttempt: lost.sent,
});

/** True for an error of the row itself (a value that cannot be used or stored), false if the database is down. */
const isItsOwn = (error: unknown): boolean =>
  (error instanceof RadiantError && !(error instanceof Unavailable)) ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  /^2[23]/.test((error as { code?: string }).code ?? '');
