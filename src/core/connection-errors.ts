/** Explains to the person who configured a server why it cannot be reached. */

const CERTIFICATE = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_CERT)/;

/**
 * @param code of Node's error
 * @param message of the same error; without a code, only the message shows a time-out or a server without TLS
 * @param place host and port
 * @returns null if the network is not the cause
 */
export function networkFault(code: string, message: string, place: string): string | null {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `there is no host for ${place}: correct the name`;
  if (code === 'ECONNREFUSED') return `no server listens at ${place}: start it, or correct host and port`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return `there is no route to ${place}: correct the address or the network`;
  if (CERTIFICATE.test(code))
    return `the certificate of ${place} is not trusted (${code}): name its authority in NODE_EXTRA_CA_CERTS`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || /does not support SSL/.test(message))
    return `${place} does not support TLS: turn TLS off (redis://, or sslmode=disable), or correct the port`;
  if (code === 'ETIMEDOUT' || /time[d ]?-?out|timeout expired/i.test(message))
    return `${place} does not answer: correct host and port, use TLS only if the server supports it, or open the firewall`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || /clos|terminated|reset/i.test(message))
    return `${place} closes the connection: correct the port, or use TLS (rediss://, or sslmode=verify-full) if the server requires it`;
  return null;
}
