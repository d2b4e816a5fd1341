/** Reads a model's answer: JSON, with what it used taken out. */
import { InvocationError, type Evidence, type Fault } from '../core/errors.js';
import { readJson } from '../core/json/exact-numbers.js';
import { isObject, type JsonObject } from '../core/json/json.js';
import type { Answer, Usage } from './driver.js';
import { excerpt } from './excerpt.js';

/**
 * Bytes that are no JSON (cut short, an HTML page) are `transient`; JSON but for NaN or Infinity is final, for the model
 * would say it again. The parser's message would quote them; the beginning goes with the error as evidence.
 * @param status HTTP status that it came with, where there was one
 * @param secrets what the evidence must not show
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
      `${endpoint} answered ${bytes.length} bytes that are not JSON.`,
      { evidence },
    );
  throw new InvocationError(
    'invalid',
    'unusable_answer',
    `${endpoint} answered ${found.word}, which JSON cannot hold: it must answer null or a number instead.`,
    { evidence, usage: parted(found.read, bytes.length).usage },
  );
}

/** Null when it is no UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

type Read = ReturnType<typeof readJson>;

/** Null when it is no JSON. */
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

/** What Python writes for numbers that are none. Null when the text is not JSON for another reason. */
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

/** The place behind the quote that ends a string. */
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
/** A year: nothing that is billed by the second took longer. */
const LONGEST_SECONDS = 31_536_000;

/** What is billed by must be a length of time, and what is wrong with a bill is for us to say; anything else the model says stays as it is. */
function cleanUsage(
  { computeSeconds, synthetic, costFlaw: _ours, ...said }: JsonObject,
  isExact: boolean,
): Usage {
  const usage = {
    // For people to read beside the cost: what is longer than a page, or not what was said, is left out.
    ...(isExact && JSON.stringify(said).length <= USAGE_CHARACTERS && said),
    // Whoever reads the answer must be told, however much else it says.
    ...(synthetic === true && { synthetic }),
  };
  const isLength =
    typeof computeSeconds === 'number' && computeSeconds >= 0 && computeSeconds <= LONGEST_SECONDS;
  return isLength ? { ...usage, computeSeconds } : usage;
}
