/** Admits executions: reads the models and the durations of earlier runs, and plans what is then inserted. */
import { LRUCache } from 'lru-cache';
import { planExecution, type AdmissionPlan, type AdmissionRequest } from '../../core/executions/admission.js';
import { modelsOf } from '../../core/workflows/graph.js';
import { nameFor } from '../../core/workflows/title.js';
import type { History } from '../../core/money/quote.js';
import { readHistory } from '../money/durations.js';
import { licenseNow } from '../models/licenses.js';
import type { Models } from '../models/models.js';
import type { Ledger } from '../db/ledger.js';
import type { Caller } from '../people/identity.js';
import type { WorkflowVersion } from '../workflows/versions.js';
import type { NewExecution } from './new-execution.js';

/** Recent durations change slowly, and reading them is more expensive than accepting an execution. */
const HISTORY_MS = 30_000;
/** The first few runs change the estimate most, and are quick to read. */
const FEW = 5;
const FEW_MS = 1_000;

export type Wanted = Pick<AdmissionRequest, 'given' | 'budgetUsd' | 'reuse'>;

/** What to execute, and how. */
export interface ExecutionRequest extends Wanted {
  workflow: WorkflowVersion;
  name?: string | undefined;
  priority?: number | undefined;
  deadline?: string | undefined;
  tags?: string[] | undefined;
  webhookUrl?: string | null | undefined;
  rerun?: NewExecution['rerun'];
  schedule?: NewExecution['schedule'];
}

export interface Admission {
  /** @throws Refused, Conflict, InvalidInput: see `core/executions/admission.ts` */
  plan(caller: Caller, workflow: WorkflowVersion, wanted: Wanted): Promise<AdmissionPlan>;
  /** The execution that `store/executions/insert.ts` inserts. @throws what `plan` throws */
  prepare(caller: Caller, wanted: ExecutionRequest): Promise<NewExecution>;
}

/** @param timeScale how long a published second takes here */
export function openAdmission({
  ledger,
  models,
  timeScale,
}: {
  ledger: Ledger;
  models: Pick<Models, 'get'>;
  timeScale: number;
}): Admission {
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

  async function plan(
    caller: Caller,
    { graph, definition, workflowUuid }: WorkflowVersion,
    wanted: Wanted,
  ): Promise<AdmissionPlan> {
    const ids = modelsOf(definition, wanted.reuse?.taskIds);
    const found = await Promise.all(ids.map(async (id) => [id, await models.get(id)] as const));
    return planExecution({
      ...wanted,
      graph,
      timeScale,
      caller: { ...caller, isAdmin: caller.role === 'platform_admin' },
      now: await licenseNow(
        ledger,
        found.map(([, model]) => model),
      ),
      models: Object.fromEntries(found),
      history: (await history.forceFetch(workflowUuid)).runs,
    });
  }

  return {
    plan,
    async prepare(caller, wanted) {
      const { definition, versionId, workflowUuid } = wanted.workflow;
      const { resolved, snapshots, estimate, reservationUsd, units } = await plan(
        caller,
        wanted.workflow,
        wanted,
      );
      const { given, name, priority, deadline, tags, budgetUsd, webhookUrl, rerun, schedule } = wanted;
      return {
        definition,
        versionId,
        workflowUuid,
        tenantId: caller.tenantId,
        userId: caller.userId,
        name: nameFor(definition, { asked: name, given, resolved }),
        parameters: given,
        resolvedParameters: resolved,
        models: snapshots,
        estimate,
        reservationUsd,
        units,
        priority,
        deadline,
        tags,
        budgetUsd,
        webhookUrl,
        rerun,
        schedule,
      };
    },
  };
}
