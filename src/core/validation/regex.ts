/** Regular expressions of users: RE2, linear in the text, charged by the length of the text and the size of the pattern. */
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { withinBudget, spend } from '../json/evaluation-budget.js';

const MAX_LENGTH = 1_000;
/** Instructions of the compiled pattern, in which counted repetitions are expanded. */
const MAX_SIZE = 10_000;

/** One repeated character class over the whole text, as in most patterns for sequences. */
const ONE_CLASS = /^\^\[[\w .,:;*-]+\](?:[+*]|\{\d{1,6}(?:,\d{0,6})?\})\$$/;

interface Matcher {
  find: (text: string) => boolean;
  /** Per character of a text. */
  steps: number;
  size: number;
}

const compiled = new LRUCache<string, Matcher>({ maxSize: 1_000_000, sizeCalculation: ({ size }) => size });

/**
 * True if `pattern` matches anywhere in `text`.
 * @throws RangeError if it is not valid RE2 (look-around, back-references) or is too large, InvalidInput `too_costly`
 */
export function matchesPattern(text: string, pattern: string): boolean {
  return withinBudget(() => {
    const { find, steps } = matcherOf(pattern);
    spend(text.length * steps);
    return find(text);
  });
}

/** Why a pattern is refused; null if it is accepted. */
export function patternFault(pattern: string): string | null {
  try {
    matcherOf(pattern);
    return null;
  } catch (error) {
    return (error as RangeError).message;
  }
}

function matcherOf(pattern: string): Matcher {
  let matcher = compiled.get(pattern);
  if (!matcher) {
    compiled.set(pattern, (matcher = matcherFor(pattern)));
    spend(pattern.length * 60 + matcher.size * 8);
  }
  return matcher;
}

function matcherFor(pattern: string): Matcher {
  if (pattern.length > MAX_LENGTH) throw new RangeError(`a pattern has at most ${MAX_LENGTH} characters`);
  try {
    // JavaScript does not backtrack in such a pattern, and is fifty times as fast as RE2.
    if (ONE_CLASS.test(pattern)) {
      const simple = new RegExp(pattern);
      return { find: (text) => simple.test(text), steps: 1 / 20, size: 1 };
    }
    const regex = RE2JS.compile(pattern);
    const size = regex.programSize();
    if (size <= MAX_SIZE) return { find: (text) => regex.matcher(text).find(), steps: 4 + size / 10, size };
  } catch {
    throw new RangeError('this is not a valid RE2 pattern');
  }
  throw new RangeError(`a pattern has at most ${MAX_SIZE} instructions: use fewer repetitions`);
}
