/** The client of the public API. Paths and shapes come from its OpenAPI document. */
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './contract';

/** An error answer in the format of RFC 9457. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly { path: string; message: string }[],
    readonly requestId: string | null,
    /** All members of the answer. Another server on the way may have sent less, or no JSON at all. */
    readonly body: Partial<components['schemas']['Problem']>,
  ) {
    super(detail);
  }
}

/** Any answer 401 leads to the sign-in page. */
export const signedOut = new EventTarget();

const refusals: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return;
    if (response.status === 401) signedOut.dispatchEvent(new Event('out'));
    throw await problemOf(response);
  },
};

export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Problem['body'];
  const { code = 'unknown', detail = response.statusText, errors = [] } = body;
  return new Problem(response.status, code, detail, errors, response.headers.get('x-request-id'), body);
}

export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
api.use(refusals);

/** The data of an answer that is not an error: `refusals` has thrown those. */
export async function take<T>(asked: Promise<{ data?: T }>): Promise<T> {
  return (await asked).data as T;
}

/** The answer of a GET of this path. */
export type Got<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
