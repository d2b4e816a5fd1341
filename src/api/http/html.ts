/** Pages of our own: nothing is loaded from elsewhere, and only the style they bring is applied. */
import { createHash } from 'node:crypto';
import type { Answer } from './route.js';

/** @param allow what the page needs beyond its style, as CSP directives */
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
