/** Finds the numbers of a JSON text that JavaScript would round, so that they are refused. */
import type { Fault } from '../errors.js';
import { Decimal } from './decimal.js';
import type { Json } from './json.js';

const MOST_FAULTS = 100;
/** Numbers shorter than this are always exact: integers, exponents, decimals. */
const SHORT = { integer: 16, exponent: 3, decimal: 300 };
/** Marks an open object that has no key yet; with a key, the key's position is subtracted from it. */
const OBJECT = -1;

const codeOf = (character: string): number => character.charCodeAt(0);
const QUOTE = codeOf('"');
const BACKSLASH = codeOf('\\');
const COMMA = codeOf(',');
const ZERO = codeOf('0');
const NINE = codeOf('9');
const MINUS = codeOf('-');
const PLUS = codeOf('+');
const DOT = codeOf('.');
const EXPONENTS = new Set([codeOf('e'), codeOf('E')]);
const OPEN_LIST = codeOf('[');
const OPEN_OBJECT = codeOf('{');
const CLOSE = new Set([codeOf(']'), codeOf('}')]);

/**
 * Returns the value, and a fault for every number that a double cannot hold: an integer that would be rounded to another
 * integer, and a number that is too large or too close to 0. Decimals are rounded to the nearest double, as usual.
 *
 * @throws SyntaxError if the text is not JSON; its message quotes the text
 */
export const readJson = (text: string): { value: Json; faults: Fault[] } => ({
  value: JSON.parse(text) as Json,
  faults: inexact(text),
});

/** One pass over a valid text. Strings are skipped. */
function inexact(text: string): Fault[] {
  const faults: Fault[] = [];
  /** For each open list its index; for each open object the position of its last key, as a negative number. */
  const open: number[] = [];
  let keyIsNext = false;
  for (let at = 0; at < text.length && faults.length < MOST_FAULTS; at += 1) {
    const code = text.charCodeAt(at);
    const top = open.length - 1;
    if (code === QUOTE) {
      if (keyIsNext) open[top] = OBJECT - at;
      keyIsNext = false;
      at = endOfString(text, at);
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const { end, message } = readNumber(text, at);
      if (message !== null) faults.push({ path: pathOf(text, open), message });
      at = end - 1;
    } else if (code === COMMA) {
      const place = open[top] as number;
      if (place < 0) keyIsNext = true;
      else open[top] = place + 1;
    } else if (code === OPEN_LIST) open.push(0);
    else if (code === OPEN_OBJECT) {
      open.push(OBJECT);
      keyIsNext = true;
    } else if (CLOSE.has(code)) {
      open.pop();
      keyIsNext = false;
    }
  }
  return faults;
}

function readNumber(text: string, start: number): { end: number; message: string | null } {
  let end = start;
  let dotAt = -1;
  let exponentAt = -1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code >= ZERO && code <= NINE) continue;
    if (code === DOT) dotAt = end;
    else if (EXPONENTS.has(code)) exponentAt = end;
    else if (code !== MINUS && code !== PLUS) break;
  }
  const isInteger = dotAt < 0 && exponentAt < 0;
  const isShort =
    end - start < (isInteger ? SHORT.integer : SHORT.decimal) &&
    (exponentAt < 0 || end - exponentAt <= SHORT.exponent);
  return { end, message: isShort ? null : whyChanged(text.slice(start, end), isInteger) };
}

function whyChanged(written: string, isInteger: boolean): string | null {
  const value = Number(written);
  if (!Number.isFinite(value)) return 'is too large for a number';
  if (isInteger)
    return new Decimal(String(value)).eq(written)
      ? null
      : 'is an integer that a JSON number cannot hold exactly: write it as a text, in quotes';
  return value === 0 && /^[^eE]*[1-9]/.test(written) ? 'is too close to 0 for a number' : null;
}

/** The position of the closing quote: the first one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
}

const pathOf = (text: string, open: readonly number[]): string =>
  open.map((place) => (place < 0 ? keyAt(text, OBJECT - place) : place)).join('.');

const keyAt = (text: string, at: number): string =>
  JSON.parse(text.slice(at, endOfString(text, at) + 1)) as string;
