/** Serves the dashboard: one page for all its addresses, under a strict content security policy, and its hashed files. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import compression from 'compression';
import express, { type RequestHandler } from 'express';
import type { Infrastructure } from '../../infrastructure.js';
import { home } from './home.js';
import { mount, route, type Answer, type Route } from '../http/route.js';

/** The top-level addresses of the dashboard's pages. The dashboard reads what follows them. */
const PLACES = [
  'executions',
  'approvals',
  'queue',
  'workflows',
  'schedules',
  'triggers',
  'models',
  'licences',
  'thermal',
  'costs',
  'audit',
  'keys',
  'settings',
  'api',
];
const PAGES = ['/', ...PLACES.flatMap((place) => [`/${place}`, `/${place}/{*below}`])];

const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Read for each request, so that a new build is served at once; null if there is no build. */
async function page(folder: string): Promise<Answer | null> {
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (html === null) return null;
  const nonce = randomBytes(16).toString('base64');
  return {
    headers: { 'Content-Security-Policy': policy(nonce), 'Cache-Control': 'no-store' },
    body: html.replaceAll('__NONCE__', nonce),
  };
}

/** Vite writes the hash of the content into the file name, so such a file never changes. */
const HASHED = /-[\w-]{8}\.\w+$/;

function files(folder: () => string): RequestHandler {
  let serve: RequestHandler | undefined;
  const compress = compression();
  return (req, res, next) => {
    serve ??= express.static(join(folder(), 'assets'), {
      index: false,
      redirect: false,
      setHeaders: (res, path) => {
        const hashed = HASHED.test(basename(path));
        res.setHeader(
          'Cache-Control',
          hashed ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
        );
      },
    });
    compress(req, res, () => serve?.(req, res, next));
  };
}

export const dashboardRoutes = (infrastructure: Infrastructure): Route[] => [
  ...PAGES.map((path) =>
    route({
      method: 'get',
      path,
      roles: 'public',
      page: true,
      summary: 'The dashboard',
      status: 200,
      response: 'text/html',
      handle: async () => (await page(infrastructure.config.dashboardDir)) ?? home(),
    }),
  ),
  mount({
    path: '/assets',
    roles: 'public',
    page: true,
    summary: 'The files of the dashboard',
    response: 'application/octet-stream',
    mount: files(() => infrastructure.config.dashboardDir),
  }),
];

/** A browser that opens an unknown address gets a page. Programs and scripts get the usual problem document. */
export const lostPage =
  ({ config }: Pick<Infrastructure, 'config'>): RequestHandler =>
  async (req, res, next) => {
    const wantsPage = req.method === 'GET' && req.accepts(['json', 'html']) === 'html';
    const found = wantsPage && !req.path.startsWith('/v1/') ? await page(config.dashboardDir) : null;
    if (!found) return next();
    res
      .status(404)
      .type('text/html')
      .set(found.headers ?? {})
      .end(found.body);
  };
