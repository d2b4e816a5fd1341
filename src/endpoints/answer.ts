/** Reads a model's answer: parses the JSON, and separates its `usage` object. */
import { InvocationError, type Evidence, type Fault } from '../core/errors.js';
import { readJson } from '../core/json/exact-numbers.js';
import { isObject, type JsonObject } from '../core/json/json.js';
import type { Answer, Usage } from './driver.js';
import { excerpt } from './excerpt.js';

/**
 * Bytes that are not JSON (cut short, an HTML page) are `transient`. JSON with NaN or Infinity is final, since the model
 * would answer the same again. Error messages quote nothing; the start of the answer is attached as evidence.
 * @param status HTTP status of the answer, where there was one
 * @param secrets texts that the evidence must not show
 */
export function readAnswer(
  bytes: Uint8Array,
  endpoint: string,
  { status = null, secrets = [] }: { status?: number | null; secrets?: readonly string[] } = {},
): Answer {
  const text = textOf(bytes);
  const read = text === null ? null : parse(text);
  if (read) return parted(read, bytes.length);
  const evidence: Evidence = { status, modelStatus: null, answer: excerpt(bytes, secrets), cause: null };
  const found = text === null ? null : notFinite(text);
  if (!found)
    throw new InvocationError(
      'transient',
      'invalid_response',
      `${endpoint} returned ${bytes.length} bytes that are not JSON.`,
      { evidence },
    );
  throw new InvocationError(
    'invalid',
    'unusable_answer',
    `${endpoint} returned ${found.word}, which JSON does not allow. It must return null or a number instead.`,
    { evidence, usage: parted(found.read, bytes.length).usage },
  );
}

/** Null if the bytes are not UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

type Read = ReturnType<typeof readJson>;

/** Null if the text is not JSON. */
function parse(text: string): Read | null {
  try {
    return readJson(text);
  } catch {
    return null;
  }
}

function parted({ value, faults }: Read, bytes: number): Answer {
  if (!isObject(value) || !isObject(value['usage'])) return { answer: value, faults, usage: {}, bytes };
  const { usage, ...answer } = value;
  const isOfUsage = ({ path }: Fault) => path.startsWith('usage.');
  return {
    answer,
    faults: faults.filter((fault) => !isOfUsage(fault)),
    usage: cleanUsage(usage, !faults.some(isOfUsage)),
    bytes,
  };
}

const WORD = /-?\bInfinity\b|\bNaN\b/;

/** Finds NaN and Infinity, as Python writes them. Null if the text is not JSON for another reason. */
function notFinite(text: string): { word: string; read: Read } | null {
  let word = '';
  let clean = '';
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const outside = text.slice(at, quote < 0 ? text.length : quote);
    word ||= WORD.exec(outside)?.[0] ?? '';
    clean += outside.replace(new RegExp(WORD, 'g'), 'null');
    at = quote < 0 ? text.length : afterString(text, quote + 1);
    if (quote >= 0) clean += text.slice(quote, at);
  }
  const read = word === '' ? null : parse(clean);
  return read && { word, read };
}

/** The position after the quote that ends a string. */
function afterString(text: string, from: number): number {
  for (let at = from; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let escapes = 0;
    while (text[quote - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

const USAGE_CHARACTERS = 4_000;
/** One year: no billed request takes longer. */
const LONGEST_SECONDS = 31_536_000;

/** `computeSeconds` decides the price, so it must be a valid duration. Only Radiant sets `costFlaw`. All else stays as the model states it. */
function cleanUsage(
  { computeSeconds, synthetic, costFlaw: _reserved, ...rest }: JsonObject,
  isExact: boolean,
): Usage {
  const usage = {
    // Shown to people beside the cost. It is omitted if it is longer than a page or has inexact numbers.
    ...(isExact && JSON.stringify(rest).length <= USAGE_CHARACTERS && rest),
    // Kept in any case: readers of the answer must know that it is synthetic.
    ...(synthetic === true && { synthetic }),
  };
  const isLength =
    typeof computeSeconds === 'number' && computeSeconds >= 0 && computeSeconds <= LONGEST_SECONDS;
  return isLength ? { ...usage, computeSeconds } : usage;
}
