/** Validation of URLs and headers: URLs must be well-formed and lead outside, and headers must not be the connection's own. */
import { isIP } from 'node:net';
import type { Fault } from '../../core/errors.js';
import type { DeploymentConfig } from '../../core/models/model.js';
import { isPublicAddress } from './addresses.js';

export interface Reach {
  /** RADIANT_ALLOW_PRIVATE_HOSTS */
  allowPrivateHosts: boolean;
}

const SETTING = 'unless RADIANT_ALLOW_PRIVATE_HOSTS is set';

/**
 * Why nothing can be sent to a URL, phrased to follow the URL's name; null if it can. The address of a host name is
 * checked when it is called.
 */
export function whyNotSent(text: string | undefined, { allowPrivateHosts }: Reach): string | null {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol) || !url.hostname)
    return 'must be of the form https://host/path';
  if (url.username || url.password)
    return 'must not contain a user or a password. Put them into a header, as a reference to a secret';
  if (allowPrivateHosts) return null;
  if (url.protocol === 'http:') return `must begin with https://, ${SETTING}`;
  // The resolver never sees a literal address. URL has already normalised octal and decimal forms.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const inside = isIP(host) ? !isPublicAddress(host) : /(^|\.)localhost\.?$/i.test(host);
  return inside ? `must not lead to a private address, ${SETTING}` : null;
}

/** Headers about framing and target. Only the HTTP client itself may set them. */
const FORBIDDEN = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** As in RFC 9110. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Validation errors of an http deployment: its URLs and its headers. `url` is required. */
export function deploymentFaults(deployment: DeploymentConfig, reach: Reach): Fault[] {
  const urls = (['url', 'wakeUrl', 'stopUrl'] as const).flatMap((field) => {
    if (field !== 'url' && deployment[field] === undefined) return [];
    const message = whyNotSent(deployment[field], reach);
    return message === null ? [] : [{ path: `deployment.${field}`, message }];
  });
  const headers = headerFaults(deployment.headers).map(({ path, message }) => ({
    path: `deployment.headers.${path}`,
    message,
  }));
  return [...urls, ...headers];
}

/** Names of invalid headers, with the reason. */
export function headerFaults(headers: Readonly<Record<string, string>>): Fault[] {
  return Object.entries(headers).flatMap(([path, value]) => {
    if (!NAME.test(path)) return [{ path, message: 'is not the name of an HTTP header' }];
    if (FORBIDDEN.has(path.toLowerCase()))
      return [{ path, message: 'is set by the connection itself. Remove it' }];
    return VALUE.test(value) ? [] : [{ path, message: 'must be printable Latin characters, in one line' }];
  });
}
