/** Reads a model's answer: JSON, with what it used taken out. */
import { InvocationError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import type { Json, JsonObject } from '../core/workflow.js';
import type { Answer, Usage } from './driver.js';

/** Bytes that are no JSON (cut short, an HTML page) are `transient`; the parser's message would quote them. */
export function readAnswer(bytes: Uint8Array, endpoint: string): Answer {
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    throw new InvocationError(
      'transient',
      'invalid_response',
      `${endpoint} answered ${bytes.length} bytes that are not JSON.`,
    );
  }
  if (!isObject(value) || !isObject(value['usage'])) return { answer: value, usage: {}, bytes: bytes.length };
  const { usage, ...answer } = value;
  return { answer, usage: cleanUsage(usage), bytes: bytes.length };
}

const USAGE_CHARACTERS = 4_000;
/** A year: nothing that is billed by the second took longer. */
const LONGEST_SECONDS = 31_536_000;

/** What is billed by must be a length of time; anything else the model says stays as it is. */
function cleanUsage({ computeSeconds, synthetic, ...said }: JsonObject): Usage {
  // For people to read beside the cost: what is longer than a page is left out.
  const usage = {
    ...(JSON.stringify(said).length <= USAGE_CHARACTERS && said),
    // Whoever reads the answer must be told, however much else it says.
    ...(synthetic === true && { synthetic }),
  };
  const isLength =
    typeof computeSeconds === 'number' && computeSeconds >= 0 && computeSeconds <= LONGEST_SECONDS;
  return isLength ? { ...usage, computeSeconds } : usage;
}
