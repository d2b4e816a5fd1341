/** Limits repeated log lines: a fact is logged when it is new, and then once in a while. */

const AGAIN_MS = 600_000;
/** The provider's request id differs each time, and does not make a new fact. */
const REQUEST = /request [\w-]+/g;

/** True if the fact should be logged: it is the first one `about` its subject, it changed, or the last line is old. */
export function damped(againMs = AGAIN_MS): (about: string, fact: string) => boolean {
  const last = new Map<string, { fact: string; at: number }>();
  return (about, text) => {
    const logged = last.get(about);
    const fact = text.replaceAll(REQUEST, '');
    const now = performance.now();
    if (logged?.fact === fact && now - logged.at < againMs) return false;
    last.set(about, { fact, at: now });
    return true;
  };
}
