/** A client of Radiant's public HTTP API for the demo and the samples: sends the key, and turns problems into errors. */
import { Agent, fetch, type RequestInit, type Response } from 'undici';
import type { ExecutionStatus, Heat, TaskStatus } from '../core/status.js';

export interface Task {
  taskId: string;
  name: string;
  modelId: string | null;
  mapIndex: number | null;
  status: TaskStatus;
  attempt: number;
  queuedMs: number | null;
  durationMs: number | null;
  /** USD */
  costUsd: string;
  startedAt: string | null;
  error: { code: string; message: string } | null;
  approvalId: string | null;
}

export interface Execution {
  id: string;
  workflowId: string;
  status: ExecutionStatus;
  output: Output | null;
  error: { code: string; message: string } | null;
  cost: { estimatedUsd: string | null; actualUsd: string };
  waiting: { reason: string } | null;
  createdAt: string;
  durationMs: number | null;
  tasks: Task[];
}

export interface Output {
  structures: { rank?: number; pdb: { $file: { name: string } } }[];
  confidence: { meanPlddt: number; ptm: number };
}

export interface Model {
  displayName: string;
  currentThermalState: Heat;
}

/** The API refused a request. `errors` lists each invalid field. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly errors: readonly { path: string; message: string }[],
  ) {
    super(detail);
  }
}

export interface Api {
  /** @throws Problem; TypeError if the server does not respond */
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch<Answer>(path: string, body: unknown): Promise<Answer>;
  bytes(path: string): Promise<Uint8Array>;
  /** The text of an event stream in pieces, until the stream ends or `signal` aborts. */
  stream(path: string, lastEventId: string | undefined, signal: AbortSignal): AsyncIterable<string>;
}

const PATIENCE_MS = 30_000;
/** Bypasses any proxy that Node is configured to use, since the api is on this machine. */
const direct = new Agent();

export function connect(url: string, key: string, signal: AbortSignal): Api {
  type Asking = Pick<RequestInit, 'method' | 'body' | 'signal'> & { headers?: Record<string, string> };
  async function ask(path: string, { headers, ...init }: Asking = {}): Promise<Response> {
    const response = await fetch(new URL(path, url), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      dispatcher: direct,
      ...init,
      headers: Object.assign({ authorization: `Bearer ${key}` }, headers),
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  }
  const send = async <Answer>(method: string, path: string, body: unknown, more?: Record<string, string>) => {
    const headers = { 'content-type': 'application/json', ...more };
    return (await ask(path, { method, headers, body: JSON.stringify(body) })).json() as Promise<Answer>;
  };

  return {
    get: async <Answer>(path: string) => (await ask(path)).json() as Promise<Answer>,
    post: (path, body, headers) => send('POST', path, body, headers),
    patch: (path, body) => send('PATCH', path, body),
    bytes: async (path) => new Uint8Array(await (await ask(path)).arrayBuffer()),
    async *stream(path, lastEventId, signal) {
      const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) };
      const { body } = await ask(path, { signal, headers });
      if (body) yield* body.pipeThrough(new TextDecoderStream());
    },
  };
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const { detail, title, errors } = JSON.parse(text) as {
      detail?: string;
      title?: string;
      errors?: { path: string; message: string }[];
    };
    return new Problem(response.status, detail ?? title ?? response.statusText, errors ?? []);
  } catch {
    return new Problem(response.status, `${response.url} returned HTTP ${response.status}.`, []);
  }
}
