/** The client of the public API. Paths and shapes come from its OpenAPI document. */
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './contract';

/** An answer that says no, as RFC 9457 writes it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly { path: string; message: string }[],
    readonly requestId: string | null,
    /** All members of the answer, for those problems that carry more. */
    readonly body: Record<string, unknown>,
  ) {
    super(detail);
  }
}

/** Somebody who is not signed in is shown the way in, whatever was asked. */
export const signedOut = new EventTarget();

const refusals: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return;
    if (response.status === 401) signedOut.dispatchEvent(new Event('out'));
    throw await problemOf(response);
  },
};

export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const {
    code = 'unknown',
    detail = response.statusText,
    errors = [],
  } = body as {
    code?: string;
    detail?: string;
    errors?: { path: string; message: string }[];
  };
  return new Problem(response.status, code, detail, errors, response.headers.get('x-request-id'), body);
}

export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
api.use(refusals);

/** The data of an answer that `refusals` has let through. */
export async function take<T>(asked: Promise<{ data?: T }>): Promise<T> {
  return (await asked).data as T;
}

/** What a GET of this path answers. */
export type Got<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
