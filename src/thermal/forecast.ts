/** The forecast: which models the live executions will need, and when. All models share one read. */
import { LRUCache } from 'lru-cache';
import { estimateDuration } from '../core/money/duration-estimate.js';
import { expectedEnds, forecastNeeds, type Need } from '../core/thermal/forecast.js';
import type { Expected, LiveExecution } from '../core/thermal/remaining-time.js';
import type { ModelConfig } from '../core/models/model.js';
import type { Graph } from '../core/workflows/graph.js';
import type { Log } from '../log.js';
import {
  MAX_LIVE,
  readLive,
  readUnits,
  readRunning,
  type LiveRow,
} from '../store/thermal/forecast-inputs.js';
import { readExpected } from '../store/money/durations.js';
import type { Models } from '../store/models/models.js';
import type { Ledger } from '../store/db/ledger.js';
import type { Workflows } from '../store/workflows/versions.js';

/** By model id: upcoming needs, and the expected ends of running tasks. */
export interface Forecast {
  needs: ReadonlyMap<string, readonly Need[]>;
  ends: ReadonlyMap<string, readonly Date[]>;
}
/** By execution: estimates of its tasks from published figures. */
type Published = Map<string, Expected | null>;

const HISTORY_MS = 30_000;
export const NO_FORECAST: Forecast = { needs: new Map(), ends: new Map() };

/** The result is cached for `freshMs`, by our clock and by the ledger's. */
export function makeForecast({
  ledger,
  models,
  workflows,
  log,
  freshMs,
  timeScale,
}: {
  ledger: Ledger;
  models: Models;
  workflows: Workflows;
  log: Log;
  freshMs: number;
  /** Real seconds per second that a model publishes. */
  timeScale: number;
}): (now: Date) => Promise<Forecast> {
  const published = new LRUCache<string, Published>({ max: 10_000 });
  let capped = false;

  const needs = cached(freshMs, log, NO_FORECAST, async (now) => {
    const [live, running] = await Promise.all([readLive(ledger), readRunning(ledger)]);
    if (live.capped && !capped) log.warn('thermal.ahead_capped', { executions: MAX_LIVE });
    capped = live.capped;
    const rows = await Promise.all(
      live.executions.map(async (row) => ({ ...row, graph: (await workflows.version(row.versionId)).graph })),
    );
    const history = await historyOf(
      [...new Set([...rows, ...running].map(({ workflowUuid }) => workflowUuid))],
      now,
    );
    await publish(rows.filter((row) => unknownTasks(row, history.get(row.workflowUuid)).length > 0));
    const executions = rows.map(({ id, graph, tasks, workflowUuid }): LiveExecution => ({
      id,
      graph,
      tasks,
      expected: (taskId) => history.get(workflowUuid)?.get(taskId) ?? published.get(id)?.get(taskId) ?? null,
    }));
    const ends = expectedEnds(
      running.map(({ modelId, workflowUuid, executionId, taskId, since }) => ({
        modelId,
        since,
        expected: history.get(workflowUuid)?.get(taskId) ?? published.get(executionId)?.get(taskId) ?? null,
      })),
    );
    return { needs: forecastNeeds(executions, now), ends };
  });

  type History = Awaited<ReturnType<typeof readExpected>>;
  let known: History = new Map();
  let wanted: string[] = [];
  const reread = cached<History>(
    HISTORY_MS,
    log,
    known,
    async () => (known = await readExpected(ledger, wanted)),
  );
  /** Read again at once for a workflow without any known durations. */
  async function historyOf(workflowUuids: string[], now: Date): Promise<History> {
    wanted = workflowUuids;
    return reread(
      now,
      workflowUuids.some((id) => !known.get(id)?.size),
    );
  }

  /** Computed once per execution, since its units never change. */
  async function publish(rows: (LiveRow & { graph: Graph })[]): Promise<void> {
    const fresh = new Map(rows.filter(({ id }) => !published.has(id)).map((row) => [row.id, row.graph]));
    if (fresh.size === 0) return;
    for (const { id, units } of await readUnits(ledger, [...fresh.keys()])) {
      const tasks: Published = new Map();
      for (const { taskId, modelId } of fresh.get(id)?.definition.tasks ?? []) {
        const model = modelId === null ? null : await models.get(modelId);
        tasks.set(taskId, model && publishedDuration(model, units[model.id] ?? {}, timeScale));
      }
      published.set(id, tasks);
    }
  }

  return (now) => needs(now);
}

const unknownTasks = ({ graph }: { graph: Graph }, history: Map<string, Expected> | undefined) =>
  graph.definition.tasks.filter(({ taskId, modelId }) => modelId !== null && !history?.has(taskId));

/** The published time as a quote estimates it. The spread is the part below the likely value: half of it. */
function publishedDuration(
  { performanceMetrics: metrics }: ModelConfig,
  units: Record<string, number>,
  timeScale: number,
): Expected | null {
  const estimate = estimateDuration({ samples: [], metrics, units, traits: {}, requests: null, timeScale });
  if (!estimate) return null;
  const { low, likely } = estimate.wallSeconds;
  return { seconds: likely, spreadSeconds: likely - low };
}

/** Caches the last read while it is fresh. Concurrent callers share one read. A failed read returns the value before. */
function cached<T>(
  freshMs: number,
  log: Log,
  first: T,
  read: (now: Date) => Promise<T>,
): (now: Date, atOnce?: boolean) => Promise<T> {
  let last: { value: Promise<T>; at: number; now: number } | undefined;
  return async (now, atOnce = false) => {
    const stale =
      !last || atOnce || performance.now() - last.at >= freshMs || now.getTime() - last.now >= freshMs;
    if (stale) {
      const before = last?.value ?? first;
      const value = read(now).catch((error: unknown) => {
        log.error('thermal.ahead_failed', error);
        return before;
      });
      last = { value, at: performance.now(), now: now.getTime() };
    }
    return (last as NonNullable<typeof last>).value;
  };
}
