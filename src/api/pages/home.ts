/** Replaces the dashboard where none is built: a page of links. */
import { page } from './html.js';
import type { Answer } from '../http/route.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #151a22; --paper: #f7f8fa; --quiet: #4a5462; --accent: #5b3fd0; }
@media (prefers-color-scheme: dark) { :root { --ink: #edf0f5; --paper: #0d1016; --quiet: #b4bdcb; --accent: #b5a3ff; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 17px/1.55 system-ui, sans-serif; }
main { max-width: 34rem; padding: 2rem; }
h1 { margin: 0; font-size: 2.4rem; letter-spacing: -0.02em; }
p { color: var(--quiet); margin: 0.5rem 0 2rem; }
ul { list-style: none; margin: 0; padding: 0; }
li { border-top: 1px solid color-mix(in srgb, var(--quiet) 35%, transparent); }
a { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.7rem 0; color: inherit; text-decoration: none; }
a b { color: var(--accent); min-width: 9rem; }
a:hover b, a:focus-visible b { text-decoration: underline; }
`;

const BODY = `<main>
<h1>Radiant</h1>
<p>Database-driven orchestration of AI-model workflows. The dashboard is not built. Run <code>npm run build</code> to build it.</p>
<ul>
<li><a href="/docs"><b>/docs</b> all routes, with a form to try each</a></li>
<li><a href="/queues"><b>/queues</b> the content of the queues (operators)</a></li>
<li><a href="/openapi.json"><b>/openapi.json</b> the same as an OpenAPI document</a></li>
<li><a href="/metrics"><b>/metrics</b> metrics for Prometheus</a></li>
</ul>
</main>`;

export const home = (): Answer => page('Radiant', STYLE, BODY);
