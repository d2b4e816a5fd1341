/** The API contract: the document matches the routes, and refusals have one form. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { templateOf } from '../../src/api/openapi/document.js';
import { route, type Route } from '../../src/api/http/route.js';
import type { TestSystem } from '../harness/system.js';
import { submit } from '../harness/fixtures.js';
import { openApiHarness, type ApiHarness } from './api-harness.js';

let system: TestSystem;
let harness: ApiHarness;
let routes: Route[];
let build: ApiHarness['build'];
beforeAll(async () => {
  harness = await openApiHarness();
  ({ system, routes, build } = harness);
});
afterAll(() => harness.stop());

interface Content {
  schema: object;
  'x-event'?: object;
}
interface Document {
  paths: Record<
    string,
    Record<string, { security: unknown[]; responses: Record<string, { content: Record<string, Content> }> }>
  >;
  components: object;
}
const document = async () => (await (await fetch(`${system.url}/openapi.json`)).json()) as Document;

/** What an execution sends to a new follower: at least one event. */
async function eventsOf(id: string): Promise<unknown[]> {
  const { body } = await system.ask('GET', `/v1/executions/${id}/events`);
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const data = [...text.matchAll(/^data: (.+)\n\n/gm)].map(([, json = '']) => JSON.parse(json) as unknown);
    if (data.length > 0) return data;
  }
  throw new Error(`The stream ended without an event: ${text}`);
}

describe('the document', () => {
  test('lists every route of the app, and no other', async () => {
    const described = Object.entries((await document()).paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    // The dashboard's pages are not part of the API.
    const listed = routes.filter(({ page }) => !page);
    const served = build(listed).router.stack.flatMap(({ route }) =>
      (route?.stack ?? [])
        .filter(({ method }) => method)
        .map(({ method }) => `${method} ${templateOf({ path: String(route?.path) })}`),
    );
    const mounted = listed.filter(({ mount }) => mount).map(({ path }) => `get ${path}`);
    expect(described.toSorted()).toEqual([...new Set(served), ...mounted].toSorted());
  });

  test('describes what the routes answer', async () => {
    const { paths, components } = await document();
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const id = await submit(system, 'protein_folding_alphafold2', { sequence: 'ACDEFGHIKLMNPQRSTVWY' });
    const answers: [string, string][] = [
      ['/v1/executions/{id}', `/v1/executions/${id}`],
      ['/v1/executions/{id}/tasks/{taskId}', `/v1/executions/${id}/tasks/relaxation`],
      ['/v1/executions/{id}/artifacts', `/v1/executions/${id}/artifacts`],
      ['/v1/executions', '/v1/executions'],
      ['/v1/budget', '/v1/budget'],
      ['/v1/models', '/v1/models?includeDisabled=true'],
      ['/v1/models/{modelId}', '/v1/models/alphafold2'],
      ['/v1/workflows', '/v1/workflows'],
      ['/v1/workflows/{workflowId}', '/v1/workflows/protein_folding_alphafold2'],
      ['/v1/workflows/{workflowId}/versions', '/v1/workflows/protein_folding_alphafold2/versions'],
      [
        '/v1/workflows/{workflowId}/versions/{version}',
        '/v1/workflows/protein_folding_alphafold2/versions/1.0.0',
      ],
      ['/v1/workflows/{workflowId}/history', '/v1/workflows/protein_folding_alphafold2/history'],
      ['/v1/metrics/summary', '/v1/metrics/summary'],
      ['/v1/metrics/queue', '/v1/metrics/queue'],
      ['/v1/metrics/cost', '/v1/metrics/cost'],
      ['/v1/metrics/thermal', '/v1/metrics/thermal'],
      ['/v1/queue', '/v1/queue'],
      ['/v1/search', '/v1/search?q=alphafold'],
      ['/v1/licenses/summary', '/v1/licenses/summary'],
      ['/healthz', '/healthz'],
      ['/readyz', '/readyz'],
    ];
    for (const [template, path] of answers) {
      const response = await system.ask('GET', path);
      const schema = paths[template]?.get?.responses['200']?.content['application/json']?.schema;
      const check = ajv.compile({ ...schema, components });
      expect([response.status, check(await response.json()), check.errors], path).toEqual([200, true, null]);
    }
    const stream = paths['/v1/executions/{id}/events']?.get?.responses['200']?.content['text/event-stream'];
    const check = ajv.compile({ ...stream?.['x-event'], components });
    for (const event of await eventsOf(id)) expect([check(event), check.errors]).toEqual([true, null]);
  });
});

describe('refusals and pages', () => {
  test.each<[number, string, string, string]>([
    [404, 'route_unknown', 'GET', '/v2/nothing'],
    [405, 'method_not_allowed', 'DELETE', '/v1/executions'],
    [404, 'not_found', 'GET', '/v1/executions/not-an-id'],
    [404, 'not_found', 'GET', '/v1/models/none'],
    [404, 'not_found', 'GET', '/v1/workflows/none'],
    [422, 'invalid_input', 'GET', '/v1/executions?limit=201'],
    [422, 'invalid_input', 'GET', '/v1/executions?cursor=eyJ9'],
    [422, 'invalid_input', 'GET', '/v1/executions?stray=1'],
    [400, 'request_malformed', 'GET', '/v1/models/%ff'],
  ])('%i %s: %s %s', async (status, code, method, path) => {
    const response = await system.ask(method, path, undefined, { 'x-request-id': 'mine-1' });
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect(await response.json()).toMatchObject({
      status,
      code,
      type: `urn:radiant:problem:${code}`,
      requestId: 'mine-1',
    });
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null);
    expect(response.headers.get('x-request-id')).toBe('mine-1');
  });

  test('an internal error reveals nothing about itself', async () => {
    const secret = 'ACDEFGHIKLMNPQRSTVWY';
    const broken = {
      ...route({
        method: 'get',
        path: '/x',
        roles: 'public',
        summary: '',
        status: 200,
        response: 'text/plain',
        handle: () => {
          throw new TypeError(secret);
        },
      }),
    };
    const server = build([broken]).listen(0);
    const response = await fetch(`http://127.0.0.1:${(server.address() as { port: number }).port}/x`);
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([500, { code: 'internal' }]);
    expect(text).not.toContain(secret);
    server.close();
    server.closeAllConnections();
  });
});
