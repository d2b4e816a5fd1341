/** What can never be sent: URLs that lead nowhere or inside, and headers that are the connection's own. */
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
 * Why nothing can be sent to a URL, to be read after its name; null where it can. Where a host's name leads is seen when
 * it is called.
 */
export function whyNotSent(text: string | undefined, { allowPrivateHosts }: Reach): string | null {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol) || !url.hostname)
    return 'must be of the form https://host/path';
  if (url.username || url.password)
    return 'must hold no user and no password: put them into a header, as a reference to a secret';
  if (allowPrivateHosts) return null;
  if (url.protocol === 'http:') return `must begin with https://, ${SETTING}`;
  // A literal address never passes the resolver; URL has already undone octal and decimal.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const inside = isIP(host) ? !isPublicAddress(host) : /(^|\.)localhost\.?$/i.test(host);
  return inside ? `must not lead to a private address, ${SETTING}` : null;
}

/** They say how the message is framed or who is asked: written by whoever sends it, and by nobody else. */
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
/** Of RFC 9110. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Of what is served over http: the URLs that there are, the one that there must be, and the headers. */
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

/** Names with what is wrong with them. */
export function headerFaults(headers: Readonly<Record<string, string>>): Fault[] {
  return Object.entries(headers).flatMap(([path, value]) => {
    if (!NAME.test(path)) return [{ path, message: 'is not the name of an HTTP header' }];
    if (FORBIDDEN.has(path.toLowerCase()))
      return [{ path, message: 'is written by the connection itself: leave it out' }];
    return VALUE.test(value) ? [] : [{ path, message: 'must be printable Latin characters, in one line' }];
  });
}
