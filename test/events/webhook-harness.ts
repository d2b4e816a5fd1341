/** Receivers that answer as a test says, and a system that sends webhooks to them. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow } from '../harness/fixtures.js';

export const SECRET = `whsec_${Buffer.from('a secret for tests, of some length').toString('base64')}`;
const SECRETS: Record<string, string> = {
  'env:RADIANT_SECRET_HOOK': SECRET,
  'env:RADIANT_SECRET_ODD': 'not base64!',
};

export interface Received {
  id: string;
  headers: IncomingHttpHeaders;
  text: string;
  body: Record<string, unknown>;
}
export type Reaction = (response: ServerResponse) => void;

export const status =
  (code: number, headers: Record<string, string> = {}): Reaction =>
  (response) =>
    response.writeHead(code, headers).end();

/** Facts arrive in their own time; on a busy machine that may take longer than one second. */
export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

export interface Row {
  id: string;
  attempts: number;
  next_at: Date | null;
  /** Seconds until the next attempt. */
  wait: number | null;
  delivered_at: Date | null;
  last_status: number | null;
  last_error: string | null;
}

/** One system for the tests of a file; undelivered webhooks are removed after each test. */
export function useHooks() {
  const closing: (() => Promise<unknown>)[] = [];
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem({
      services: ['api', 'scheduler', 'workers'],
      config: { secret: (reference) => SECRETS[reference] },
    });
    await publishWorkflow(system, 'quick', [{ id: 'check', type: 'validation' }]);
    await publishWorkflow(system, 'long', [
      { id: 'wait', type: 'wait', config: { wait: { seconds: 3600 } } },
    ]);
  });
  afterEach(async () => {
    await system.owner.query('update webhook_deliveries set next_at = null');
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => system.stop());

  const ask = async <R extends object>(sql: string, values: unknown[] = []): Promise<R[]> =>
    (await system.owner.query<R>(sql, values)).rows;

  /** A receiver that answers 204 until a test changes it. */
  async function receiver() {
    const received: Received[] = [];
    const here = { react: status(204), open: 0, most: 0 };
    const server = createServer((request, response) => {
      here.open += 1;
      here.most = Math.max(here.most, here.open);
      response.once('close', () => (here.open -= 1));
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const body = JSON.parse(text) as Received['body'];
        received.push({ id: String(request.headers['webhook-id']), headers: request.headers, text, body });
        here.react(response);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    return Object.assign(here, { url, received });
  }

  return {
    system: () => system,
    ask,
    receiver,
    enqueue: (url: string, count = 1) =>
      ask(
        `select enqueue_webhook((select id from tenants where name = 'default'), $1, 'test', '{}') from generate_series(1, $2)`,
        [url, count],
      ),
    useSecret: (reference: string | null) =>
      system.ledger.as(SYSTEM, (session) =>
        session.query("update tenants set webhook_secret = $1 where name = 'default'", [reference]),
      ),
    rowOf: async (url: string) =>
      (
        await ask<Row>(
          'select *, extract(epoch from next_at - ledger_now())::float8 as wait from webhook_deliveries where url = $1 order by created_at desc',
          [url],
        )
      )[0] as Row,
    dueNow: (url: string) =>
      ask('update webhook_deliveries set next_at = ledger_now() where url = $1 and delivered_at is null', [
        url,
      ]),
  };
}
