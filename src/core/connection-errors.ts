/** Why a server could not be talked to, in words for whoever named it. */

const CERTIFICATE = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_CERT)/;

/**
 * @param code of Node's error
 * @param message of it: where there is no code, it alone tells a time-out or a server that speaks no TLS
 * @param place host and port
 * @returns null when the network is not to blame
 */
export function networkFault(code: string, message: string, place: string): string | null {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `there is no host for ${place}: correct the name`;
  if (code === 'ECONNREFUSED')
    return `nobody listens at ${place}: start the server there, or correct host and port`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return `there is no way to ${place}: correct the address, or the network`;
  if (CERTIFICATE.test(code))
    return `the certificate of ${place} is not trusted (${code}): name its authority in NODE_EXTRA_CA_CERTS`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || /does not support SSL/.test(message))
    return `${place} does not speak TLS: ask for none (redis://, or sslmode=disable), or correct the port`;
  if (code === 'ETIMEDOUT' || /time[d ]?-?out|timeout expired/i.test(message))
    return `${place} does not answer: correct host and port, ask for TLS only if it speaks it, or let a firewall pass it`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || /clos|terminated|reset/i.test(message))
    return `${place} hangs up: correct the port, or ask for TLS (rediss://, or sslmode=verify-full) if it insists on it`;
  return null;
}
