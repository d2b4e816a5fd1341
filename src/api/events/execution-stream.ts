/** The transitions of an execution as Server-Sent Events: past ones first, then each new one when it is committed. */
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { isTerminal } from '../../core/status.js';
import { claimsOn, find } from '../../store/executions/executions.js';
import { eventsAfter, lastEvent, type EventRow } from '../../store/executions/execution-events.js';
import type { Ledger, TenantClaims } from '../../store/db/ledger.js';
import type { Infrastructure } from '../../infrastructure.js';
import { at, byId } from '../http/shapes.js';
import { EVERYBODY, route, type Route } from '../http/route.js';
import type { StreamWatchers } from './stream-watchers.js';

const HEARTBEAT_MS = 15_000;
/** Concurrent transitions may commit in another order than their ids. They get this time to become visible. */
const SETTLE_MS = 50;
/** Later commits are still found among this many ids before the last. */
const LOOK_BACK = 1_000;
/** The maximum number of rows that one query returns. */
const PAGE = 1_000;

/** One transition: of a task, or of the execution if `taskId` is null. */
const transition = z
  .strictObject({
    id: z.int(),
    taskId: z.string().nullable(),
    mapIndex: z.int().nullable(),
    from: z.string().nullable(),
    to: z.string(),
    attempt: z.int().nullable(),
    errorCode: z.string().nullable(),
    /** The author: an e-mail address, or `an administrator`; null for the engine. */
    by: z.string().nullable(),
    at,
  })
  .meta({ id: 'ExecutionEvent' });

export const streamRoutes = ({ ledger }: Infrastructure, watches: StreamWatchers): Route[] => [
  route({
    method: 'get',
    path: '/v1/executions/:id/events',
    operation: 'followExecution',
    roles: EVERYBODY,
    summary:
      'Follow an execution: Server-Sent Events, resumed by Last-Event-ID (204 when no more events will come; from the beginning for an id that this execution never sent)',
    params: byId,
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,15}$/, 'must be the id of the last event that was read, a whole number')
        .transform(Number)
        .default(0),
    }),
    status: 200,
    response: 'text/event-stream',
    event: transition,
    handle: async ({ caller, params: { id }, headers: { 'last-event-id': lastSeen }, gone }) => {
      const claims = await claimsOn(ledger, caller, id);
      const { status } = await find(ledger, claims, id);
      const after = await placeOf(lastSeen, () => lastEvent(ledger, claims, id));
      if (
        isTerminal('execution', status) &&
        after > 0 &&
        (await eventsAfter(ledger, claims, id, after)).length === 0
      )
        return { status: 204 };
      return {
        headers: {
          'Content-Type': 'text/event-stream',
          'Cache-Control': 'no-store',
          'X-Accel-Buffering': 'no',
        },
        stream: Readable.from(follow({ ledger, watches, claims, id, after, gone }), {
          objectMode: false,
        }),
      };
    },
  }),
];

/** An id that this execution never sent is no valid position: the stream then starts from the beginning. */
async function placeOf(lastSeen: number, last: () => Promise<number>): Promise<number> {
  return lastSeen > 0 && lastSeen > (await last()) ? 0 : lastSeen;
}

interface Followed {
  ledger: Ledger;
  watches: StreamWatchers;
  claims: TenantClaims;
  id: string;
  after: number;
  gone: AbortSignal;
}

async function* follow({ ledger, watches, claims, id, after, gone }: Followed): AsyncGenerator<string> {
  const watch = watches.open(id);
  gone.addEventListener('abort', () => watch.nudge());
  const read = () => readAll(ledger, claims, id, Math.max(0, last - LOOK_BACK));
  let last = after;
  try {
    yield 'retry: 1000\n\n';
    const seen = new Set((after > 0 ? await read() : []).map((row) => row.id).filter((id) => id <= after));
    while (!gone.aborted && !watches.stopped) {
      const news = (await read()).filter((row) => !seen.has(row.id));
      for (const row of news) {
        seen.add(row.id);
        last = Math.max(last, row.id);
        yield blockOf(row);
      }
      if (news.some(({ taskId, to }) => taskId === null && isTerminal('execution', to))) return;
      for (const id of seen) if (id < last - LOOK_BACK) seen.delete(id);
      if (await watch.next(HEARTBEAT_MS)) await pause(SETTLE_MS);
      else yield ': still here\n\n';
    }
  } finally {
    watch.close();
  }
}

async function readAll(ledger: Ledger, claims: TenantClaims, id: string, after: number): Promise<EventRow[]> {
  const rows = await eventsAfter(ledger, claims, id, after);
  const last = rows.at(-1);
  return last && rows.length === PAGE ? [...rows, ...(await readAll(ledger, claims, id, last.id))] : rows;
}

function blockOf({ id, ...move }: EventRow): string {
  const name = move.taskId === null ? 'execution' : 'task';
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify({ id, ...move })}\n\n`;
}
