/** Facts that a look finds again and again are told when they are new, and then once in a while. */

const AGAIN_MS = 600_000;
/** The provider's number for what was asked: each time another one, and the same fact. */
const REQUEST = /request [\w-]+/g;

/** True when it is to be told: nothing was told of `about` yet, something else was, or it is long ago. */
export function damped(againMs = AGAIN_MS): (about: string, fact: string) => boolean {
  const last = new Map<string, { fact: string; at: number }>();
  return (about, said) => {
    const told = last.get(about);
    const fact = said.replaceAll(REQUEST, '');
    const now = performance.now();
    if (told?.fact === fact && now - told.at < againMs) return false;
    last.set(about, { fact, at: now });
    return true;
  };
}
