/** Bull Board at /queues: what stands in the queues, to look at only. */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { RequestHandler } from 'express';
import { Unavailable } from '../../core/errors.js';
import { EXECUTIONS, queueNameOf } from '../../queue/messages.js';
import type { Infrastructure } from '../../infrastructure.js';
import { OPERATORS, mount, type Route } from '../http/route.js';

/** It knows queues in Redis only by type; those in PostgreSQL work as well. */
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
  // Until the queue's server has answered for the first time there is nothing to show.
  let stale = true;
  const refresh = async () => {
    stale = true;
    if (!queue.ready()) return;
    const names = (await models.list()).map(({ id }) => queueNameOf(id));
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
    // Its calls would wait for as long as the queue's server is away.
    if (!queue.ready() && req.path.startsWith('/api')) {
      throw new Unavailable('queue_unavailable', "The queue's server does not answer: try again.");
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
        summary: 'The queues in a browser: any user name, an API key as password',
        response: 'text/html',
        mount: guard,
      }),
    ],
    stop: () => {
      for (const stop of forget) stop();
    },
  };
}
