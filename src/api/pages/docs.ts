/** The API reference: the OpenAPI document, and Swagger UI served locally. */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { page } from './html.js';
import { describeApi } from '../openapi/document.js';
import { route, type Route } from '../http/route.js';

const DIST = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const MEDIA_TYPES = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, validatorUrl: null });\n`;

const BODY = `<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>`;
const STYLE = 'body { margin: 0; background: #fff; }';
const ALLOW = ["script-src 'self'", "img-src 'self' data:", "connect-src 'self'"];

/** @param all returns every route of the table, including these */
export function docsRoutes(all: () => readonly Route[]): Route[] {
  let document: string | undefined;
  return [
    route({
      method: 'get',
      path: '/openapi.json',
      operation: 'getOpenApi',
      roles: 'public',
      summary: 'Read the OpenAPI document',
      status: 200,
      response: 'application/json',
      handle: () => ({ body: (document ??= JSON.stringify(describeApi(all()))) }),
    }),
    route({
      method: 'get',
      path: '/docs',
      operation: 'getReference',
      roles: 'public',
      summary: 'Open the API reference',
      status: 200,
      response: 'text/html',
      handle: () => page('Radiant: reference', STYLE, BODY, ALLOW),
    }),
    route({
      method: 'get',
      path: '/docs/:file',
      operation: 'getReferenceFile',
      roles: 'public',
      summary: 'Read a file of the API reference page',
      params: z.object({ file: z.enum(['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js']) }),
      status: 200,
      response: 'text/javascript',
      handle: ({ params: { file } }) => {
        const cached = { 'Cache-Control': 'public, max-age=3600' };
        if (file === 'start.js') return { headers: cached, stream: Readable.from([START]) };
        const headers = { ...cached, 'Content-Type': `${MEDIA_TYPES[file]}; charset=utf-8` };
        return { headers, stream: createReadStream(join(DIST, file)) };
      },
    }),
  ];
}
