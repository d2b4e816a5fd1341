/** What a queue needs from its server: Redis in production, PostgreSQL where there is no Redis. */
import type { BackendFactory, ConnectionOptions } from 'bullmq';

/** Receives errors that no caller waits for. */
export type Report = (fact: string, error: unknown) => void;

export interface Backend {
  kind: 'redis' | 'postgres';
  /** Passed to every Queue and Worker, with `connection`. */
  factory: BackendFactory;
  connection: ConnectionOptions;
  ready: () => boolean;
  /** Resolves when `ready()`; rejects after `ms`. */
  whenReady: (ms: number) => Promise<void>;
  ping: () => Promise<void>;
  close: () => Promise<void>;
}
