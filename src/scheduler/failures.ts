/** Starts the executions that handle failures. Each starts in one transaction with the record of it. Several may run at once. */
import { failureFacts } from '../core/workflows/failure-facts.js';
import { PRIORITY } from '../core/priority.js';
import type { Log } from '../log.js';
import { startLoop } from '../loop.js';
import type { Sender } from '../queue/send.js';
import { SYSTEM, type Ledger, type Session } from '../store/db/ledger.js';
import type { Events } from '../store/db/notifications.js';
import type { Admission } from '../store/executions/admission.js';
import { lockDueFailure, recordHandled, type DueFailure, type Handled } from '../store/failure-handlers.js';
import { insertExecutions } from '../store/executions/insert.js';
import { callerOfUser, seesPayloads } from '../store/people/identity.js';
import type { Workflows } from '../store/workflows/versions.js';
import { makeLanes } from './lanes.js';
import { unlessRefused } from './refusals.js';

interface Parts {
  ledger: Ledger;
  workflows: Pick<Workflows, 'current' | 'version'>;
  admission: Pick<Admission, 'prepare'>;
  log: Log;
}

/**
 * Handles the failure that has been due for longest. Null if there is none.
 *
 * @returns a function that returns the execution it has started; null if that was refused
 */
export function makeHandleFailure({
  ledger,
  workflows,
  admission,
  log,
}: Parts): (except: Set<string>) => Promise<{ executionId: string | null } | null> {
  return async (except) => {
    let failedId: string | undefined;
    try {
      return await ledger.as(SYSTEM, async (session) => {
        const failed = await lockDueFailure(session, [...except]);
        if (!failed) return null;
        failedId = failed.id;
        const handled = await start(session, failed);
        await recordHandled(session, failed.id, handled);
        return { executionId: 'executionId' in handled ? handled.executionId : null };
      });
    } catch (error) {
      if (failedId === undefined) throw error;
      // The others go on. It is tried again at the next turn.
      except.add(failedId);
      log.error('failure.not_handled', error, { executionId: failedId });
      return { executionId: null };
    }
  };

  /** As a request of the failed execution's user would, with the parameters that the author of the handler declared. */
  async function start(session: Session, failed: DueFailure): Promise<Handled> {
    const { handlerWorkflowId, versionId, userId, priority, tags, origins } = failed;
    const caller = await callerOfUser(session, userId);
    if (!caller || !seesPayloads(caller))
      return {
        code: 'user_may_not_run',
        message: 'The user whose execution has failed is disabled or may not run workflows.',
      };
    const workflow = await workflows.current(handlerWorkflowId);
    if (!workflow)
      return {
        code: 'workflow_not_found',
        message: `Workflow ${handlerWorkflowId}, which handles failures, is disabled: enable it for later ones.`,
      };
    const { graph } = await workflows.version(versionId);
    await session.query('savepoint start');
    const started = await unlessRefused(
      async () => {
        const request = await admission.prepare(caller, {
          workflow,
          given: failureFacts(failed, graph, workflow.definition),
          byAuthor: true,
          priority: Math.max(priority, PRIORITY.first),
          tags,
          origins,
        });
        return { executionId: (await insertExecutions(session, request)).id };
      },
      (error) => log.error('failure.handler_not_started', error, { executionId: failed.id }),
    );
    if (!('refusal' in started)) return started;
    await session.query('rollback to savepoint start');
    return started.refusal;
  }
}

/** @param everyMs the longest pause: a notification may be lost */
export function startFailureHandlers({
  events,
  sender,
  everyMs,
  ...parts
}: Parts & { events: Events; sender: Sender; everyMs: number }): { stop(): Promise<void> } {
  const { log } = parts;
  let stopped = false;
  const handleAll = makeLanes({
    carryOut: makeHandleFailure(parts),
    isStopped: () => stopped,
    sender,
    log,
  });
  const loop = startLoop(
    async () => {
      await handleAll();
      return everyMs;
    },
    everyMs,
    (error) => log.error('failures.failed', error),
  );
  const forget = [
    events.on(({ event }) => {
      if (event === 'handler:due') loop.wake();
    }),
    events.onGap(() => loop.wake()),
  ];
  return {
    async stop() {
      stopped = true;
      for (const each of forget) each();
      await loop.stop();
    },
  };
}
