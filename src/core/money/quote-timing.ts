/** Estimates when an execution would start and end, from the thermal state and the queues of its models and the critical path of its graph. */
import { likelihoodsOf } from './task-likelihood.js';
import { concurrencyOf, type Graph } from '../workflows/graph.js';
import { later } from '../time/saturated.js';
import type { Part, QuoteQuestion } from './quote.js';
import type { DurationRange } from './duration-estimate.js';
import type { Heat } from '../status.js';

/** The current state of a model. */
export interface Outlook {
  displayName: string;
  heat: Heat;
  pinned: 'auto' | 'on' | 'off';
  pinnedUntil: Date | null;
  /** Scale-out is paused: the model stays off, until then or without an end. */
  growthPaused: { until: Date | null } | null;
  warmingSince: Date | null;
  /** Measured, else published. */
  warmupSeconds: number;
  /** A failed model is not retried before. */
  retryAt: Date | null;
  /** When it is warm: at least 1. */
  slots: number;
  slotsTaken: number;
  /** Tasks that wait in its queue. */
  ahead: number;
}

export interface Timing {
  /** Start of the first task with a model; now, if there is none. Null if unknown. */
  startsAt: { likely: Date } | null;
  endsAt: { low: Date; likely: Date; high: Date } | null;
  /** The assumptions, as sentences. */
  assumes: string[];
  /** What prevents the start. */
  warnings: string[];
}

type TimingQuestion = Pick<QuoteQuestion, 'graph' | 'params' | 'reused'> & {
  parts: readonly Part[];
  outlook: ReadonlyMap<string, Outlook>;
  now: Date;
};

/** Assumes that tasks of the execution do not wait for one another's slots, and that no task fails. */
export function timing(question: TimingQuestion): Timing {
  const { parts, outlook, now } = question;
  const models = new Set(parts.flatMap(({ modelId }) => (modelId === null ? [] : [modelId])));
  const outlooks = [...models].map((id) => outlook.get(id)).filter((model) => model !== undefined);
  const unknown = parts.filter(({ modelId, estimate }) => modelId !== null && !estimate);
  const isUnknown = unknown.length > 0 || parts.some(({ child }) => child === null);
  const holds = outlooks.flatMap((model) => holdOf(model) ?? []);
  const shut = holds.some(({ until }) => until === null) || outlooks.length < models.size;
  const assumes = [
    ...outlooks.flatMap((model) => assumptionsOn(model, now)),
    ...unknown.map(({ taskId }) => `The duration of ${taskId} is unknown.`),
    ...parts
      .filter(({ likelihood }) => likelihood === 'conditional')
      .map(({ taskId }) => `Whether ${taskId} runs depends on earlier results: the low end leaves it out.`),
    ...parts.flatMap(({ taskId, child }) =>
      child === null ? [`What the workflow of ${taskId} does depends on earlier results.`] : [],
    ),
    ...(question.graph.waiters.size > 0 ? ['Signals that its tasks wait for are there in time.'] : []),
    ...(question.graph.definition.tasks.some(({ type }) => type === 'approval')
      ? ['Approvals that its tasks wait for are given at once.']
      : []),
    'Tasks of the execution do not wait for one another, and none fails.',
  ];
  const at = (seconds: number): Date => later(now, seconds * 1000);
  const likely = walk(question, 'likely');
  return {
    startsAt: shut ? null : { likely: at(likely.begins) },
    endsAt:
      shut || isUnknown
        ? null
        : {
            low: at(walk(question, 'low').ends),
            likely: at(likely.ends),
            high: at(walk(question, 'high').ends),
          },
    assumes,
    warnings: holds.map(({ words }) => words),
  };
}

/** The administrator's setting that keeps a model from starting tasks; null if there is none. */
function holdOf(model: Outlook): { until: Date | null; words: string } | null {
  const { displayName, heat, pinned, pinnedUntil, growthPaused } = model;
  const till = (until: Date | null, otherwise: string) => (until ? until.toISOString() : otherwise);
  if (pinned === 'off') {
    const end = till(pinnedUntil, 'the pin is removed');
    return {
      until: pinnedUntil,
      words: `${displayName} is pinned off: its tasks do not start until ${end}.`,
    };
  }
  if (!growthPaused || ['WARM', 'HOT', 'WARMING'].includes(heat)) return null;
  const end = till(growthPaused.until, 'scale-out is resumed');
  return {
    until: growthPaused.until,
    words: `Scale-out is paused: ${displayName} is not warmed until ${end}.`,
  };
}

/** Seconds from now, at one end of what each part may take. */
function walk(question: TimingQuestion, end: keyof DurationRange): { begins: number; ends: number } {
  const { graph, params, reused, parts, outlook, now } = question;
  const known = new Map(parts.map((part) => [part.taskId, part]));
  const warmAt = new Map<string, number>();
  const ends = new Map<string, number>();
  const begins: number[] = [];
  for (const [id, likelihood] of likelihoodsOf(graph, params, reused)) {
    const ready = Math.max(0, ...graph.dependencies(id).map((dependency) => ends.get(dependency) as number));
    const part = known.get(id);
    ends.set(id, ready);
    if (!part || (likelihood === 'conditional' && end === 'low')) continue;
    const model = part.modelId === null ? undefined : outlook.get(part.modelId);
    const { begins: childBegins, seconds } = childOf(question, part, end) ?? {
      begins: null,
      seconds: lasting(graph, part, model, end),
    };
    if (childBegins !== null) begins.push(ready + childBegins);
    if (part.modelId === null || !model) {
      ends.set(id, ready + seconds);
      continue;
    }
    // The first task that needs the model wakes it. At the low end, look-ahead wakes it now.
    const woken = end === 'low' ? 0 : ready;
    const warm = warmAt.get(part.modelId) ?? woken + warmsIn(model, now);
    warmAt.set(part.modelId, warm);
    const turns = Math.floor((model.ahead + model.slotsTaken) / model.slots);
    const begin = Math.max(ready, warm) + turns * seconds;
    begins.push(begin);
    ends.set(id, begin + seconds);
  }
  return { begins: begins.length === 0 ? 0 : Math.min(...begins), ends: Math.max(0, ...ends.values()) };
}

/** What the executions of its workflow take, one after the other where not all may run at once. Null for any other task. */
function childOf(
  question: TimingQuestion,
  { taskId, child }: Part,
  end: keyof DurationRange,
): { begins: number | null; seconds: number } | null {
  if (!child) return null;
  const { times, ...one } = child;
  const { begins, ends } = walk({ ...question, ...one, reused: new Set() }, end);
  const abreast = concurrencyOf(question.graph.task(taskId)) as number;
  const hasModel = one.parts.some(({ modelId }) => modelId !== null);
  return { begins: hasModel ? begins : null, seconds: ends * Math.ceil(times / abreast) };
}

function lasting(
  graph: Graph,
  { taskId, estimate }: Part,
  model: Outlook | undefined,
  end: keyof DurationRange,
): number {
  const waits = graph.task(taskId).config.wait?.seconds ?? 0;
  const abreast = Math.max(1, Math.min(estimate?.requests[end] ?? 1, model?.slots ?? 1));
  return waits + (estimate?.wallSeconds[end] ?? 0) / abreast;
}

/** Seconds until the model is warm, once a task needs it. */
function warmsIn(model: Outlook, now: Date): number {
  const { heat, warmingSince, warmupSeconds, retryAt } = model;
  const since = (date: Date): number => (now.getTime() - date.getTime()) / 1000;
  const held = holdOf(model)?.until;
  if (held) return Math.max(0, -since(held)) + warmupSeconds;
  if (heat === 'WARM' || heat === 'HOT') return 0;
  if (heat === 'WARMING' && warmingSince) return Math.max(0, warmupSeconds - since(warmingSince));
  return warmupSeconds + (heat === 'FAILED' && retryAt ? Math.max(0, -since(retryAt)) : 0);
}

function assumptionsOn(model: Outlook, now: Date): string[] {
  const { displayName, heat, ahead, slots } = model;
  if (holdOf(model)?.until === null) return [];
  const seconds = Math.ceil(warmsIn(model, now));
  const warms = heat === 'WARM' || heat === 'HOT' ? [] : [`${displayName} is warm after ${seconds} s.`];
  return ahead > 0
    ? [...warms, `${ahead} tasks are ahead of it at ${displayName}, on ${slots} slots.`]
    : warms;
}
