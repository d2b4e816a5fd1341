/** What a queue needs from the server that holds it: Redis in production, PostgreSQL where there is no Redis. */
import type { BackendFactory, ConnectionOptions } from 'bullmq';

/** Hears what went wrong where nobody was waiting for an answer. */
export type Report = (fact: string, error: unknown) => void;

export interface Backend {
  kind: 'redis' | 'postgres';
  /** Both go to every Queue and Worker. */
  factory: BackendFactory;
  connection: ConnectionOptions;
  ready: () => boolean;
  /** Resolves when `ready()`, rejects when that takes longer than `ms`. */
  whenReady: (ms: number) => Promise<void>;
  ping: () => Promise<void>;
  close: () => Promise<void>;
}
