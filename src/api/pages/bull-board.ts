/** Bull Board at /queues: a read-only view of the queues. */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { RequestHandler } from 'express';
import { Unavailable } from '../../core/errors.js';
import { EXECUTIONS, queueNameOf } from '../../queue/messages.js';
import type { Infrastructure } from '../../infrastructure.js';
import { OPERATORS, mount, type Route } from '../http/route.js';

/** Bull Board's type names only Redis queues, but the adapter also works with PostgreSQL queues. */
type Shown = ConstructorParameters<typeof BullMQAdapter>[0];

const PATH = '/queues';
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
  "form-action 'none'",
].join('; ');

export interface Board {
  routes: Route[];
  stop(): void;
}

export async function openBoard({ models, events, queue, log }: Infrastructure): Promise<Board> {
  const server = new ExpressAdapter();
  server.setBasePath(PATH);
  const board = createBullBoard({
    queues: [],
    serverAdapter: server,
    options: { uiConfig: { boardTitle: 'Radiant' } },
  });

  const show = (name: string) => {
    const adapter = new BullMQAdapter(queue.queue(name) as Shown, {
      readOnlyMode: true,
      allowRetries: false,
    });
    adapter.setFormatter('data', () => ({}));
    adapter.setFormatter('returnValue', () => null);
    return adapter;
  };
  // Nothing can be shown until the queue server has answered once.
  let stale = true;
  const refresh = async () => {
    stale = true;
    if (!queue.ready()) return;
    const names = (await models.ids()).map(queueNameOf);
    board.replaceQueues([EXECUTIONS, queueNameOf(null), ...names].map(show));
    stale = false;
  };
  const again = () => void refresh().catch((error: unknown) => log.error('board.not_refreshed', error));

  await refresh();
  const forget = [
    events.on(({ event }) => {
      if (event.startsWith('model:')) again();
    }),
    events.onGap(again),
  ];
  const guard: RequestHandler = (req, res, next) => {
    // Its calls would hang while the queue server is unreachable.
    if (!queue.ready() && req.path.startsWith('/api')) {
      throw new Unavailable('queue_unavailable', 'The queue server does not respond. Try again.');
    }
    res.set('Content-Security-Policy', POLICY);
    const serve = () => (server.getRouter() as RequestHandler)(req, res, next);
    if (stale) refresh().then(serve, next);
    else serve();
  };
  return {
    routes: [
      mount({
        path: PATH,
        operation: 'openQueues',
        roles: OPERATORS,
        basic: true,
        summary: 'Open the queues in a browser: any user name, and an API key as the password',
        response: 'text/html',
        mount: guard,
      }),
    ],
    stop: () => {
      for (const stop of forget) stop();
    },
  };
}
