/** Explains failed connections, and shows whether a connection was ever made: without one, nothing can have been sent. */
import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

const CONNECT_MS = 5_000;
const CONNECT_TIMEOUT = 'RADIANT_NOT_CONNECTED';

const unmade = new WeakSet<object>();

/** True if the connection of this error was never made. */
export const neverMade = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && unmade.has(error);

const WORDS: Readonly<Record<string, string>> = {
  [CONNECT_TIMEOUT]: `the connection was not made within ${CONNECT_MS / 1_000} s`,
  UND_ERR_CONNECT_TIMEOUT: `the connection was not made within ${CONNECT_MS / 1_000} s`,
  EMFILE: 'this process has no file descriptors left',
  ENFILE: 'this machine has no file descriptors left',
  ENOBUFS: 'this machine has no memory left for sockets',
  EADDRNOTAVAIL: 'this machine has no local port left',
  ECONNREFUSED: 'the connection was refused: nothing listens there',
  ENOTFOUND: 'the host name was not found in DNS',
  EAI_AGAIN: 'DNS did not answer for the host name',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network of the host',
  ECONNRESET: 'the connection was reset before the answer came',
  EPIPE: 'the connection was closed while the request was sent',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut short',
  CERT_HAS_EXPIRED: 'the TLS certificate of the host has expired',
  CERT_NOT_YET_VALID: 'the TLS certificate of the host is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate of the host is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate of the host has a self-signed certificate in its chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the TLS certificate of the host has an unknown issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate of the host has an unknown issuer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host',
};

const OWN = /\((EMFILE|ENFILE|ENOBUFS|EADDRNOTAVAIL)\)$/;

/** Whether a connection failed for lack of resources on this machine, from the text of `causeOf`. */
export const isOwnShortage = (cause: string | undefined): boolean => OWN.test(cause ?? '');

/** Uses the error code alone: messages of the network may quote the request or its target. */
export function causeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : '';
  const words =
    WORDS[known] ??
    (/CERT|TLS|SSL|EPROTO/.test(known)
      ? 'the TLS handshake with the host failed'
      : known.startsWith('HPE_')
        ? 'the answer was not HTTP'
        : neverMade(error)
          ? 'the connection could not be made'
          : 'the connection failed');
  return known && known !== CONNECT_TIMEOUT ? `${words} (${known})` : words;
}

/** A connector for undici that marks errors of connections that were never made. */
export function watchedConnector(options: buildConnector.BuildOptions = {}): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_MS, ...options });
  return (target, done) =>
    connect(target, (error, socket) => {
      if (!error) return done(null, socket);
      unmade.add(error);
      return done(error, null);
    });
}

/** Agents for Node's own http, which the AWS SDK uses. */
export function watchedAgents(options: AgentOptions): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  return {
    httpAgent: watched(new HttpAgent(options), 'connect'),
    httpsAgent: watched(new HttpsAgent(options), 'secureConnect'),
  };
}

function watched<A extends HttpAgent>(agent: A, made: 'connect' | 'secureConnect'): A {
  const opener = agent as unknown as { createConnection(...given: unknown[]): Socket };
  const open = opener.createConnection.bind(agent);
  opener.createConnection = (...given) => {
    const socket = open(...given);
    const fail = (error: Error) => void unmade.add(error);
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('not connected'), { code: CONNECT_TIMEOUT })),
      CONNECT_MS,
    );
    socket.prependListener('error', fail);
    socket.once('close', () => clearTimeout(timer));
    socket.once(made, () => {
      clearTimeout(timer);
      socket.off('error', fail);
    });
    return socket;
  };
  return agent;
}
