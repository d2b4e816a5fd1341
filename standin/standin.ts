/** The server: one port for SageMaker's control plane, its runtime, S3, and the stand-in's own controls. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControls } from './controls.js';
import { parseSpeed, type Speed } from './clock.js';
import { readStandInRequest, type StandInRequest } from './request.js';
import type { Fault } from './faults.js';
import type { Ledger } from './ledger.js';
import type { SettingsGiven } from './settings.js';
import { Refusal, readRequest, type Request, type Response } from './wire.js';
import { closeAccount, newAccount, type Account } from './account.js';

export interface StandIn {
  url: string;
  ledger(): Ledger;
  /** At speed `manual`: advances by that many virtual seconds. All actions due in them have happened when it resolves. */
  advance(seconds: number): Promise<void>;
  /** Ends all work and all connections; may be called twice. */
  stop(): Promise<void>;
}

export interface StandInOptions {
  /** 0, the default, chooses a free port. */
  port?: number;
  host?: string;
  /** Virtual seconds per real second, `instant` or `manual`. */
  speed: Speed;
  /** The date at the start, if not the real one. For `manual`. */
  startedAt?: Date;
  /** Initial settings that differ from the defaults. */
  settings?: SettingsGiven;
}

export async function startStandIn({
  port = 0,
  host = '127.0.0.1',
  speed,
  startedAt,
  settings,
}: StandInOptions): Promise<StandIn> {
  parseSpeed(String(speed));
  let world = newAccount(speed, startedAt, settings);
  const reset = (): void => {
    closeAccount(world);
    world = newAccount(speed, startedAt, settings);
  };
  async function receive(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const own = await answerControls(world, reset, request);
    if (own) send(outgoing, own, request.method);
    else await serve(world, request, outgoing);
  }
  // The socket of a client's pool must outlive its pauses, or the client would see resets that no test requested.
  const server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, (incoming, outgoing) => {
    receive(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${address.port}`,
    ledger: () => world.book.print(),
    advance: async (seconds) => void (await world.clock.advance(seconds)),
    async stop() {
      closeAccount(world);
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => void server.close(resolve));
    },
  };
}

async function serve(world: Account, request: Request, outgoing: ServerResponse): Promise<void> {
  const call = readStandInRequest(world, request);
  const take = (...kinds: Array<Fault['kind']>): Fault | undefined =>
    world.faults.take(kinds, call.operation, call.endpointName);
  const record = (status: number): void => world.book.call(call.operation, call.target, status);

  const refused = take('throttle', 'error');
  const lost = refused ? undefined : take('reset', 'hang', 'truncate');
  const skipped = lost?.when === 'before' && lost.kind !== 'truncate';
  const response = skipped ? undefined : await carryOut(call, refused);
  const sent = response && (!lost || lost.kind === 'truncate') ? response : undefined;
  record(sent?.status ?? 0);
  if (sent) send(outgoing, sent, request.method, lost !== undefined);
  else if (lost?.kind === 'reset') outgoing.destroy();
}

async function carryOut(call: StandInRequest, fault: Fault | undefined): Promise<Response> {
  try {
    if (fault) throw refusalOf(fault);
    return await call.carryOut();
  } catch (error) {
    if (error instanceof Refusal) return call.refuse(error);
    return call.refuse(new Refusal('InternalFailure', 500, String(error)));
  }
}

function refusalOf({ kind, status = 500 }: Fault): Refusal {
  if (kind === 'throttle') return new Refusal('ThrottlingException', 400, 'Rate exceeded');
  const names: Readonly<Record<number, string>> = {
    503: 'ServiceUnavailable',
    530: 'InternalDependencyException',
  };
  return new Refusal(names[status] ?? 'InternalFailure', status, 'a fault on order');
}

/** A truncated answer announces its whole length and ends in the middle. */
function send(
  outgoing: ServerResponse,
  { status, headers, body }: Response,
  method: string,
  truncated = false,
): void {
  const length = method === 'HEAD' ? (headers['content-length'] ?? '0') : String(body.length);
  outgoing.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': length }) });
  if (truncated) outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy());
  else outgoing.end(body);
}
