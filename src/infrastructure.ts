/** The infrastructure that all services share. `system.ts` opens it once. */
import type { Blobs } from './blobs/blob.js';
import type { Config } from './config.js';
import type { Endpoints } from './endpoints/index.js';
import type { Log } from './log.js';
import type { QueueConnection } from './queue/connect.js';
import type { Sender } from './queue/send.js';
import type { Events } from './store/db/notifications.js';
import type { Admission } from './store/executions/admission.js';
import type { Models } from './store/models/models.js';
import type { Ledger } from './store/db/ledger.js';
import type { Workflows } from './store/workflows/versions.js';
import type { BlobWatch } from './blobs/watch.js';

export interface Infrastructure {
  config: Config;
  log: Log;
  ledger: Ledger;
  /** The same ledger, over connections whose plans use indexes: for what moves executions and tasks, and reconciles models. */
  engine: Ledger;
  /** The name of this process in leases. */
  process: string;
  events: Events;
  models: Models;
  workflows: Workflows;
  /** What every execution passes before it is accepted. */
  admission: Admission;
  sender: Sender;
  queue: QueueConnection;
  blobs: Blobs;
  /** Whether this process can use blob storage now. */
  storage: Pick<BlobWatch, 'isUp'>;
  endpoints: Endpoints;
}
