/** Follows an execution: reads it again after each event of its stream, and at least every second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '../core/status.js';
import { Problem, type Api, type Execution, type Model } from './api.js';
import { takeEvents } from './stream.js';

/** What is drawn. */
export interface View {
  execution: Execution;
  /** By id. Models that the key may not read are missing. */
  models: ReadonlyMap<string, Model>;
}

const REREAD_MS = 1_000;
/** How many consecutive reads may fail. */
const PATIENCE = 10;

/**
 * Yields each reading. The last one is terminal.
 *
 * @throws Problem if the API refuses, the last error if the API stays unreachable, AbortError
 */
export async function* follow(api: Api, executionId: string, signal: AbortSignal): AsyncGenerator<View> {
  const done = new AbortController();
  const bell = makeBell();
  const stop = AbortSignal.any([signal, done.signal]);
  const listening = listen(api, executionId, () => bell.ring(), stop);
  try {
    for (let failures = 0; ;) {
      try {
        const view = await read(api, executionId);
        failures = 0;
        yield view;
        if (isTerminal('execution', view.execution.status)) return;
      } catch (error) {
        failures += 1;
        if (signal.aborted || failures > PATIENCE || !isPassing(error)) throw error;
      }
      await bell.rung(REREAD_MS, signal);
    }
  } finally {
    done.abort();
    await listening;
  }
}

async function read(api: Api, executionId: string): Promise<View> {
  const execution = await api.get<Execution>(`/v1/executions/${executionId}`);
  const ids = new Set(execution.tasks.flatMap(({ modelId }) => modelId ?? []));
  const models = new Map<string, Model>();
  for (const id of ids) {
    const model = await api.get<Model>(`/v1/models/${encodeURIComponent(id)}`).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 404) return undefined;
      throw error;
    });
    if (model) models.set(id, model);
  }
  return { execution, models };
}

const isPassing = (error: unknown) =>
  !(error instanceof Problem) || error.status >= 500 || error.status === 429;

/** Rings at each event. A dropped stream is resumed. Without a stream the regular reads suffice. */
async function listen(api: Api, executionId: string, ring: () => void, signal: AbortSignal): Promise<void> {
  let lastEventId: string | undefined;
  while (!signal.aborted) {
    try {
      let text = '';
      for await (const piece of api.stream(`/v1/executions/${executionId}/events`, lastEventId, signal)) {
        const { events, rest } = takeEvents(text + piece);
        text = rest;
        lastEventId = events.findLast(({ id }) => id !== undefined)?.id ?? lastEventId;
        if (events.length > 0) ring();
      }
    } catch {
      // dropped
    }
    await sleep(REREAD_MS, undefined, { signal }).catch(() => {});
  }
}

/** Several rings before a wait count as one. */
function makeBell() {
  let rung = false;
  let answer: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      answer?.();
    },
    /** Waits for a ring, for at most `ms`. */
    async rung(ms: number, signal: AbortSignal): Promise<void> {
      const enough = new AbortController();
      answer = () => enough.abort();
      if (rung) answer();
      await sleep(ms, undefined, { signal: AbortSignal.any([signal, enough.signal]) }).catch(() => {});
      signal.throwIfAborted();
      answer = undefined;
      rung = false;
    },
  };
}
