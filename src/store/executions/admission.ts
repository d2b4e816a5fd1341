/** Admits executions: reads the models and the durations of earlier runs, plans what is then inserted, and compares it with its quote. */
import { LRUCache } from 'lru-cache';
import { Changed, Conflict, Refused } from '../../core/errors.js';
import {
  atQuotedPrice,
  offerOf,
  planExecution,
  type AdmissionPlan,
  type AdmissionRequest,
} from '../../core/executions/admission.js';
import { changesSince, whyChanged, type Change, type Offer } from '../../core/money/consent.js';
import { modelsOf } from '../../core/workflows/graph.js';
import { nameFor } from '../../core/workflows/title.js';
import type { History } from '../../core/money/quote.js';
import { readHistory } from '../money/durations.js';
import { readQuote } from '../money/quotes.js';
import { licenseNow } from '../models/licenses.js';
import type { Models } from '../models/models.js';
import type { Ledger } from '../db/ledger.js';
import type { Caller } from '../people/identity.js';
import { loadChildren } from '../workflows/child-workflows.js';
import type { Workflows, WorkflowVersion } from '../workflows/versions.js';
import type { NewExecution } from './new-execution.js';

/** Recent durations change slowly, and reading them is more expensive than accepting an execution. */
const HISTORY_MS = 30_000;
/** The first few runs change the estimate most, and are quick to read. */
const FEW = 5;
const FEW_MS = 1_000;

export type Wanted = Pick<AdmissionRequest, 'given' | 'budgetUsd' | 'reuse'> & {
  /** The quote that is accepted with it. */
  quoteId?: string | undefined;
  /** The parameters are chosen by the author of a workflow, who may set all of them. */
  byAuthor?: boolean;
  /** Of a rerun: the versions that its children had. */
  childVersions?: Record<string, string>;
  rerun?: NewExecution['rerun'];
};

/** With the versions of the workflows that it runs as children, by id. */
export type Planned = AdmissionPlan & { offer: Offer; childVersions: Record<string, string> };

/** What to execute, and how. */
export interface ExecutionRequest extends Wanted {
  workflow: WorkflowVersion;
  name?: string | undefined;
  priority?: number | undefined;
  deadline?: string | undefined;
  tags?: string[] | undefined;
  webhookUrl?: string | null | undefined;
  schedule?: NewExecution['schedule'];
  /** Executions whose files it may open. */
  origins?: readonly string[];
}

export interface Admission {
  /**
   * With a `quoteId`, the plan has the quoted price.
   *
   * @throws Changed `quote_changed`, Conflict `quote_unknown`, and what `core/executions/admission.planExecution` throws
   */
  plan(caller: Caller, workflow: WorkflowVersion, wanted: Wanted): Promise<Planned>;
  /** The execution that `store/executions/insert.ts` inserts. @throws what `plan` throws, Refused `quote_required` */
  prepare(caller: Caller, wanted: ExecutionRequest): Promise<NewExecution>;
}

/** @param timeScale how long a published second takes here */
export function openAdmission({
  ledger,
  models,
  workflows,
  timeScale,
}: {
  ledger: Ledger;
  models: Pick<Models, 'get'>;
  workflows: Workflows;
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

  const historyOf = async (workflowUuid: string, forceRefresh: boolean) =>
    (await history.forceFetch(workflowUuid, { forceRefresh })).runs;

  async function planNow(
    caller: Caller,
    workflow: WorkflowVersion,
    { childVersions: fixed, byAuthor = false, rerun, ...wanted }: Wanted,
    forceRefresh = false,
  ): Promise<Planned> {
    const { graph, definition, workflowUuid } = workflow;
    const reused = wanted.reuse?.taskIds ?? new Set<string>();
    const below = await loadChildren(workflows, workflow, { reused, ...(fixed && { fixed }) });
    const ids = new Set([
      ...modelsOf(definition, reused),
      ...[...below.values()].flatMap((child) => modelsOf(child.definition)),
    ]);
    const found = await Promise.all([...ids].map(async (id) => [id, await models.get(id)] as const));
    const children = await Promise.all(
      [...below].map(
        async ([id, child]) =>
          [id, { graph: child.graph, history: await historyOf(child.workflowUuid, forceRefresh) }] as const,
      ),
    );
    const planned = planExecution({
      ...wanted,
      graph,
      timeScale,
      caller: { ...caller, isAdmin: byAuthor || caller.role === 'platform_admin' },
      now: await licenseNow(
        ledger,
        found.map(([, model]) => model),
      ),
      models: Object.fromEntries(found),
      history: await historyOf(workflowUuid, forceRefresh),
      children: new Map(children),
    });
    const versions = [...below].map(([id, { versionId }]) => [id, versionId]);
    // A later rerun may run what this one reuses, in the version that it had.
    const childVersions = { ...fixed, ...(Object.fromEntries(versions) as Record<string, string>) };
    return { ...planned, offer: offerOf(workflow, childVersions, planned, rerun), childVersions };
  }

  async function plan(caller: Caller, workflow: WorkflowVersion, wanted: Wanted): Promise<Planned> {
    const planned = await planNow(caller, workflow, wanted);
    const { quoteId, budgetUsd = null } = wanted;
    if (quoteId === undefined) return planned;
    const { quoted, now } = await mustBeQuoted(ledger, caller.tenantId, quoteId);
    const find = ({ offer }: Planned): Change[] => changesSince(quoted, offer, now);
    const hasRisen = find(planned).some(({ field }) => field === 'highUsd');
    // Another process may have quoted by newer runs than this one remembers.
    const current = hasRisen ? await planNow(caller, workflow, wanted, true) : planned;
    const changes = find(current);
    if (changes.length > 0) throw new Changed('quote_changed', whyChanged(quoteId, changes), changes);
    return { ...current, ...atQuotedPrice(current, quoted.price, budgetUsd) };
  }

  return {
    plan,
    async prepare(caller, wanted) {
      const { definition, versionId, workflowUuid } = wanted.workflow;
      mustConsent(caller, wanted);
      const { resolved, snapshots, estimate, reservationUsd, units, offer, childVersions } = await plan(
        caller,
        wanted.workflow,
        wanted,
      );
      const { given, name, priority, deadline, tags, budgetUsd, webhookUrl } = wanted;
      const { rerun, schedule, origins, quoteId } = wanted;
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
        childVersions,
        priority,
        deadline,
        tags,
        budgetUsd,
        webhookUrl,
        rerun,
        schedule,
        origins,
        consent: quoteId === undefined ? undefined : { ...offer, quoteId },
      };
    },
  };
}

/** For what starts executions later, which nobody could quote. @throws Refused `quote_required` */
export function mayStartLater({ mustQuote }: Caller): void {
  if (mustQuote)
    throw new Refused(
      'quote_required',
      'Your key starts only what was quoted, so it cannot set up later executions. Use another key.',
    );
}

/** @throws Refused `quote_required` */
function mustConsent({ mustQuote }: Caller, { quoteId }: Wanted): void {
  if (!mustQuote || quoteId !== undefined) return;
  throw new Refused(
    'quote_required',
    'Your key starts only what was quoted. Ask for a quote at POST /v1/workflows/{workflowId}/quote (for a rerun at POST /v1/executions/{id}/quote), and send its id as quoteId.',
    [{ path: 'quoteId', message: 'is required' }],
  );
}

/** @throws Conflict `quote_unknown` */
async function mustBeQuoted(...[ledger, tenantId, quoteId]: Parameters<typeof readQuote>) {
  const found = await readQuote(ledger, tenantId, quoteId);
  if (found) return found;
  throw new Conflict(
    'quote_unknown',
    `Your tenant has no quote ${quoteId}: quotes are deleted a day after they have expired. Ask for a new one, and send its id.`,
  );
}
