/** Regular expressions that anybody may write: RE2, linear in the text, so none can hang the process. */
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';

const compiled = new LRUCache<string, RE2JS>({ max: 1000 });

/** Whether `pattern` is found anywhere in `text`. Throws when RE2 cannot read the pattern (look-around, back-references). */
export function found(text: string, pattern: string): boolean {
  let regex = compiled.get(pattern);
  if (!regex) compiled.set(pattern, (regex = RE2JS.compile(pattern)));
  return regex.matcher(text).find();
}

/** Whether RE2 can read the pattern. */
export function isPattern(pattern: string): boolean {
  try {
    found('', pattern);
    return true;
  } catch {
    return false;
  }
}
