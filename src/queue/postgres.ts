/** Queues in PostgreSQL, for a machine without Redis: one small pool and one listening connection per process. */
import { EventEmitter } from 'node:events';
import { PostgresConnection, PostgresQueueBackend, type QueueBaseOptions } from 'bullmq';
import type { Backend, Report } from './backend.js';

/** Shared by all queues and workers, since a connection for each would soon be too many. */
class SharedConnection extends PostgresConnection {
  #turn: Promise<unknown> = Promise.resolve();

  /** Runs statements one after another: pg rejects a statement on a client that is busy with another. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done;
    return done;
  }
}

/** Makes BullMQ's backend work with a shared connection, where it expects one of its own. */
class SharingBackend extends PostgresQueueBackend {
  readonly #shared: SharedConnection;
  readonly #listenAnew = (): void => {
    void this.disconnectBlocking().then(() => this.reconnectBlocking());
  };

  constructor(shared: SharedConnection, name: string, options: QueueBaseOptions<string>) {
    super(shared, name, options, false);
    this.#shared = shared;
    shared.on('listenerinvalidated', this.#listenAnew);
  }

  override async waitForJob(seconds: number): ReturnType<PostgresQueueBackend['waitForJob']> {
    const client: unknown = await this.#shared.inTurn(() => this['ensureListening']());
    if (client instanceof EventEmitter) client.setMaxListeners(0);
    return super.waitForJob(seconds);
  }

  override async close(): Promise<void> {
    this.#shared.off('listenerinvalidated', this.#listenAnew);
    await this.disconnectBlocking();
  }
}

/** The tables live in a schema named after `prefix`, created and migrated here. Rejects if PostgreSQL does not answer. */
export async function openPostgres(url: string, prefix: string, report: Report): Promise<Backend> {
  const connection = new SharedConnection({
    connectionString: url,
    schema: `${prefix.replaceAll(/\W/g, '')}_queue`,
    migrate: true,
    max: 10,
    connectionTimeoutMillis: 10_000,
  });
  let closed = false;
  connection.on('error', (error) => report('queue.postgres_failed', error));
  connection.setMaxListeners(0);
  await connection.waitUntilReady().catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });

  return {
    kind: 'postgres',
    factory: (name, opts) => new SharingBackend(connection, name, { ...opts, connection: url }),
    connection: {},
    ready: () => !closed,
    whenReady: async () => {},
    ping: async () => void (await connection.pool.query('select 1')),
    close: async () => {
      closed = true;
      await connection.close();
    },
  };
}
