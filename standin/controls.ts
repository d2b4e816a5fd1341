/** The stand-in's own controls under /__standin/: health, ledger, faults, reset. */
import { faultOrder } from './faults.js';
import { respond, type Request, type Response } from './wire.js';
import type { World } from './world.js';

/** Undefined if the request is for one of the AWS services. */
export function answerControls(world: World, reset: () => void, request: Request): Response | undefined {
  const { pathname } = request.url;
  if (!pathname.startsWith('/__standin/')) return undefined;
  switch (`${request.method} ${pathname.slice('/__standin/'.length)}`) {
    case 'GET health':
      return json(200, { status: 'ok', speed: world.clock.speed, now: world.clock.now() });
    case 'GET ledger':
      return json(200, world.book.print());
    case 'GET faults':
      return json(200, world.faults.list());
    case 'POST faults':
      return orderFault(world, request.body.toString('utf8'));
    case 'DELETE faults':
      world.faults.clear();
      return respond(204);
    case 'POST reset':
      reset();
      return respond(204);
    default:
      return json(404, { error: `There is no ${request.method} ${pathname}.` });
  }
}

function orderFault(world: World, body: string): Response {
  try {
    const order = faultOrder.parse(JSON.parse(body));
    world.faults.order(order);
    return json(201, order);
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function json(status: number, value: unknown): Response {
  return respond(status, JSON.stringify(value), { 'content-type': 'application/json' });
}
