/** What a browser does with a session's cookie, without a browser. */
export interface Browser {
  signIn: (key: string, headers?: Record<string, string>) => Promise<Response>;
  /** Signs in; returns the cookie as a browser would send it. */
  cookieFor: (key: string) => Promise<string>;
  /** GET, unless the headers name another `method`. */
  ask: (cookie: string, path: string, headers?: Record<string, string>) => Promise<Response>;
  /** The status of `GET /v1/session`. */
  status: (cookie: string) => Promise<number>;
}

/** The header that a browser adds to requests by our own pages. */
export const OURS = { 'sec-fetch-site': 'same-origin' };

export const cookieOf = (response: Response): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] as string;

export const codeOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

export function openBrowser(url: string): Browser {
  const signIn: Browser['signIn'] = (key, headers = {}) =>
    fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ key }),
    });
  const ask: Browser['ask'] = (cookie, path, { method = 'GET', ...headers } = {}) =>
    fetch(`${url}${path}`, { method, headers: { cookie, ...headers } });
  return {
    signIn,
    ask,
    cookieFor: async (key) => cookieOf(await signIn(key)),
    status: async (cookie) => (await ask(cookie, '/v1/session')).status,
  };
}
