/** Caches workflows: the current version of each, and any version that an execution uses. */
import { LRUCache } from 'lru-cache';
import { parseGraph, type Graph } from '../../core/workflows/graph.js';
import type { WorkflowDefinition } from '../../core/workflows/workflow.js';
import type { Events } from '../db/notifications.js';
import type { Ledger } from '../db/ledger.js';

export interface WorkflowVersion {
  versionId: string;
  workflowUuid: string;
  graph: Graph;
  definition: WorkflowDefinition;
}

export interface Workflows {
  /** The current version of an enabled workflow; null if there is none. */
  current(workflowId: string): Promise<WorkflowVersion | null>;
  /** A published version; it never changes. */
  version(versionId: string): Promise<WorkflowVersion>;
  /** To be called after this process has changed the workflow. */
  forget(workflowId: string): void;
  stop(): void;
}

const TTL_MS = 10_000;

interface VersionRow {
  versionId: string;
  workflowUuid: string;
  definition: WorkflowDefinition;
}

const parse = (row: VersionRow): WorkflowVersion => ({ ...row, graph: parseGraph(row.definition) });

export function openWorkflows(ledger: Ledger, events: Events): Workflows {
  const inForce = new LRUCache<string, { found: WorkflowVersion | null }>({
    max: 1_000,
    ttl: TTL_MS,
    // A change during the read returns the read value to the caller, but does not cache it.
    ignoreFetchAbort: true,
    fetchMethod: async (workflowId) => {
      const [row] = await ledger.query<VersionRow>(
        `select v.id as version_id, v.workflow_id as workflow_uuid, v.definition
         from workflow_definitions w
         join workflow_versions v on v.workflow_id = w.id and v.version = w.version
         where w.workflow_id = $1 and w.enabled`,
        [workflowId],
      );
      return { found: row ? parse(row) : null };
    },
  });
  const versions = new LRUCache<string, WorkflowVersion>({
    max: 1_000,
    fetchMethod: async (versionId) => {
      const [row] = await ledger.query<VersionRow>(
        'select id as version_id, workflow_id as workflow_uuid, definition from workflow_versions where id = $1',
        [versionId],
      );
      return row && parse(row);
    },
  });
  const forget = [
    events.on(({ workflowId }) => {
      if (workflowId !== undefined) inForce.delete(workflowId);
    }),
    events.onGap(() => inForce.clear()),
  ];

  return {
    current: async (workflowId) => (await inForce.fetch(workflowId))?.found ?? null,
    version: (versionId) => versions.forceFetch(versionId),
    forget: (workflowId) => void inForce.delete(workflowId),
    stop: () => {
      for (const stop of forget) stop();
    },
  };
}
