/** The stand-in's own controls under /__standin/: health, ledger, clock, settings, faults, reset. */
import { z } from 'zod';
import { changeSettings } from './settings.js';
import { faultOrder } from './faults.js';
import { respond, type Request, type Response } from './wire.js';
import type { Account } from './account.js';

/** Undefined if the request is for one of the AWS services. */
export function answerControls(
  world: Account,
  reset: () => void,
  request: Request,
): Response | Promise<Response> | undefined {
  const { pathname } = request.url;
  if (!pathname.startsWith('/__standin/')) return undefined;
  switch (`${request.method} ${pathname.slice('/__standin/'.length)}`) {
    case 'GET health':
      return json(200, { status: 'ok', speed: world.clock.speed, now: world.clock.now() });
    case 'GET ledger':
      return json(200, world.book.print());
    case 'GET clock':
      return json(200, world.clock.read());
    case 'POST clock':
      return advance(world, request.body.toString('utf8'));
    case 'GET settings':
      return json(200, world.settings);
    case 'POST settings':
      return changed(world, request.body.toString('utf8'));
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

const step = z.strictObject({ advance: z.number().min(0) });

async function advance(world: Account, body: string): Promise<Response> {
  try {
    return json(200, await world.clock.advance(step.parse(JSON.parse(body)).advance));
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function changed(world: Account, body: string): Response {
  try {
    changeSettings(world.settings, JSON.parse(body));
    return json(200, world.settings);
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function orderFault(world: Account, body: string): Response {
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
