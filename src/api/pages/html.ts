/** Self-contained HTML pages: they load nothing from other hosts, and apply only their own style. */
import { createHash } from 'node:crypto';
import type { Answer } from '../http/route.js';

/** @param allow additional CSP directives that the page needs */
export function page(title: string, style: string, body: string, allow: readonly string[] = []): Answer {
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'self' 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...allow,
  ];
  return {
    headers: { 'Content-Security-Policy': policy.join('; ') },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`,
  };
}
