/** A coarse feed of changes (Server-Sent Events): pages that show lists use it to know when to read again. */
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { LedgerEvent } from '../../store/db/notifications.js';
import type { Caller } from '../../store/people/identity.js';
import type { Infrastructure } from '../../infrastructure.js';
import { EVERYBODY, route, type Route } from '../http/route.js';
import type { StreamWatchers } from './stream-watchers.js';

const HEARTBEAT_MS = 15_000;
/** Changes within this time are sent once, however often they happen. */
const CALM_MS = 300;
/** Above this number of pending changes, a stream only says that everything changed. */
const MOST_PENDING = 1_000;
const STREAMS = 'changes';

const KINDS = ['execution', 'approval', 'model', 'workflow', 'thermal'] as const;
const change = z.strictObject({ kind: z.enum(KINDS), id: z.string() }).meta({
  id: 'Change',
  description: 'What has changed. The id `*` means all of this kind.',
});
type Change = z.infer<typeof change>;
const EVERYTHING: readonly Change[] = KINDS.map((kind) => ({ kind, id: '*' }));

/** Null for an event that no list shows. */
function changeIn({ event, modelId, workflowId, executionId, taskExecutionId }: LedgerEvent): Change | null {
  if (event.startsWith('approval:') && taskExecutionId) return { kind: 'approval', id: taskExecutionId };
  if (executionId !== undefined) return { kind: 'execution', id: executionId };
  if (workflowId !== undefined) return { kind: 'workflow', id: workflowId };
  if (event.startsWith('thermal:')) return { kind: 'thermal', id: modelId ?? '*' };
  return event.startsWith('model:') && modelId !== undefined ? { kind: 'model', id: modelId } : null;
}

export function changeRoutes({ events, models }: Infrastructure, watches: StreamWatchers): Route[] {
  /** Tenants receive changes of their executions and approvals, and of models that they may use now or could until now. */
  async function mayHear(
    caller: Caller,
    { event, tenantId }: LedgerEvent,
    { kind, id }: Change,
  ): Promise<boolean> {
    if (caller.administratorId !== null) return true;
    if (kind === 'execution' || kind === 'approval') return tenantId === caller.tenantId;
    if (kind === 'workflow' || event === 'model:deleted') return true;
    return id !== '*' && event !== 'thermal:pinned' && (await models.get(id))?.enabled === true;
  }

  async function* follow(caller: Caller, gone: AbortSignal): AsyncGenerator<string> {
    const watch = watches.open(STREAMS);
    const pending = new Map<string, Change>();
    const add = (changes: readonly Change[]) => {
      for (const change of changes) pending.set(`${change.kind} ${change.id}`, change);
      watch.nudge();
    };
    const forget = [
      events.onGap(() => add(EVERYTHING)),
      events.on((event) => {
        const change = changeIn(event);
        if (!change || pending.has(`${change.kind} ${change.id}`)) return;
        void mayHear(caller, event, change).then(
          (may) => may && add(pending.size < MOST_PENDING ? [change] : EVERYTHING),
          () => add(EVERYTHING),
        );
      }),
    ];
    gone.addEventListener('abort', () => watch.nudge());
    try {
      yield 'retry: 1000\n\n';
      while (!gone.aborted && !watches.stopped) {
        const changes = [...pending.values()];
        pending.clear();
        if (changes.length > 0) yield changes.map(blockOf).join('');
        if (await watch.next(HEARTBEAT_MS)) await pause(CALM_MS, undefined, { signal: gone }).catch(() => {});
        else yield ': still here\n\n';
      }
    } finally {
      for (const stop of forget) stop();
      watch.close();
    }
  }

  return [
    route({
      method: 'get',
      path: '/v1/events',
      operation: 'followChanges',
      roles: EVERYBODY,
      summary:
        'Follow changes that you may see: Server-Sent Events named `change` with { kind, id }; the id `*` means all of a kind',
      status: 200,
      response: 'text/event-stream',
      event: change,
      handle: ({ caller, gone }) => {
        return {
          headers: {
            'Content-Type': 'text/event-stream',
            'Cache-Control': 'no-store',
            'X-Accel-Buffering': 'no',
          },
          stream: Readable.from(follow(caller, gone), { objectMode: false }),
        };
      },
    }),
  ];
}

const blockOf = (change: Change): string => `event: change\ndata: ${JSON.stringify(change)}\n\n`;
