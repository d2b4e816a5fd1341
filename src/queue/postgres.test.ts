/** PostgreSQL as the queue server: it drops every connection. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresConnection } from 'bullmq';
import { expect, it, vi } from 'vitest';
import { startPostgres } from '../embedded/postgres.js';
import { connectQueue } from './connect.js';
import { receiveTasks } from './receive.js';
import { makeSender } from './send.js';

it('recovers after every connection to PostgreSQL was cut, and needs few for many receivers', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'radiant-queue-'));
  const server = await startPostgres({ dataDir });
  const connection = await connectQueue({ postgresUrl: server.url, onError: () => {} });
  const admin = new PostgresConnection(server.url);
  const others = "from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
  const countOf = async (what: string): Promise<number> => {
    const { rows } = await admin.pool.query<{ count: string }>(`select count(*) ${what}`);
    return Number(rows[0]?.count);
  };
  const send = makeSender(connection);
  const models = Array.from({ length: 40 }, (_, n) => `model-${n}`);
  const got: string[] = [];
  const receivers = models.map((model) =>
    receiveTasks(connection, model, async () => void got.push(model), { concurrency: 1 }),
  );
  const round = async (delivery: number): Promise<void> => {
    got.length = 0;
    const message = { taskExecutionId: 'task-1', attempt: 1, delivery, priority: 1 };
    await send.askToRun(models.map((modelKey) => ({ ...message, modelKey })));
    await vi.waitFor(() => expect(got.toSorted()).toEqual(models.toSorted()), { timeout: 10_000 });
  };

  await round(1);
  expect(await countOf(others)).toBeLessThanOrEqual(11);
  const busy = "state <> 'idle' or query_start > clock_timestamp() - interval '300 ms'";
  await expect.poll(() => countOf(`${others} and (${busy})`), { timeout: 10_000 }).toBe(0);
  await admin.pool.query(`select pg_terminate_backend(pid) ${others}`);
  await expect
    .poll(
      () =>
        connection.ping().then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true);
  await round(2);

  await Promise.all(receivers.map((receiver) => receiver.stop({ withinMs: 1000 })));
  await connection.close();
  await admin.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
});
