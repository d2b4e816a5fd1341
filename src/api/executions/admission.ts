/** What admission and quotes share: the current models, the durations of earlier runs, and the plan. */
import { timeScaleOf } from '../../config.js';
import { LRUCache } from 'lru-cache';
import { planExecution, type AdmissionPlan, type AdmissionRequest } from '../../core/executions/admission.js';
import type { History } from '../../core/money/quote.js';
import { readHistory } from '../../store/executions/durations.js';
import { licenseNow } from '../../store/models/licenses.js';
import type { Caller } from '../../store/people/identity.js';
import type { WorkflowVersion } from '../../store/workflows/versions.js';
import type { Infrastructure } from '../../infrastructure.js';
import { modelsOf } from '../../core/workflows/graph.js';

/** Recent durations change slowly, and reading them is more expensive than accepting an execution. */
const HISTORY_MS = 30_000;
/** The first few runs change the estimate most, and are quick to read. */
const FEW = 5;
const FEW_MS = 1_000;

export type Wanted = Pick<AdmissionRequest, 'given' | 'budgetUsd' | 'reuse'>;

/** @throws Refused, Conflict, InvalidInput: see `core/executions/admission.ts` */
export function makePlanner({
  config,
  ledger,
  models,
}: Infrastructure): (caller: Caller, workflow: WorkflowVersion, wanted: Wanted) => Promise<AdmissionPlan> {
  const history = new LRUCache<string, { runs: History }>({
    max: 1_000,
    ttl: HISTORY_MS,
    ignoreFetchAbort: true,
    fetchMethod: async (workflowUuid, _, { options }) => {
      const runs = await readHistory(ledger, workflowUuid);
      if (runs.size === 0 || [...runs.values()].some(({ length }) => length < FEW)) options.ttl = FEW_MS;
      return { runs };
    },
  });
  return async (caller, { graph, definition, workflowUuid }, wanted) => {
    const ids = modelsOf(definition, wanted.reuse?.taskIds);
    const found = await Promise.all(ids.map(async (id) => [id, await models.get(id)] as const));
    return planExecution({
      ...wanted,
      graph,
      timeScale: timeScaleOf(config),
      caller: { ...caller, isAdmin: caller.role === 'platform_admin' },
      now: await licenseNow(
        ledger,
        found.map(([, model]) => model),
      ),
      models: Object.fromEntries(found),
      history: (await history.forceFetch(workflowUuid)).runs,
    });
  };
}
