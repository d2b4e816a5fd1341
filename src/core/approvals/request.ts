/** What an approval asks for, evaluated when it begins to wait: approvers decide about what they saw. */
import { InvalidInput } from '../errors.js';
import { compile, failure } from '../expressions/cel.js';
import { isObject, type Json } from '../json/json.js';
import { approversOf, type ApprovalRule } from './rule.js';

export interface ApprovalRequest {
  text: string | null;
  /** The input of the task, shown to the approvers; null if it has no input mapping. */
  facts: Json;
  approvers: string[];
  allowSelf: boolean;
  /** When the default outcome counts; null: it does not end by itself. */
  until: Date | null;
}

const MAX_TEXT = 10_000;
/** As JSON. */
const MAX_FACTS = 64_000;

/** @throws InvalidInput `expression_failed`, `too_costly`, `approval_too_large`, `approval_unusable` */
export function requestOf(
  rule: ApprovalRule,
  { facts, scope, now }: { facts: Json; scope: Record<string, unknown>; now: Date },
): ApprovalRequest {
  const text = rule.text === undefined ? null : compile(rule.text).evaluate(scope);
  if (text !== null && typeof text !== 'string')
    throw failure(String(rule.text), 'the text of an approval must be a text');
  mustFit('text', text?.length ?? 0, MAX_TEXT);
  mustFit('input', JSON.stringify(facts).length, MAX_FACTS);
  // A row holds such a key only where blob storage holds the value.
  if (isObject(facts) && '$blob' in facts)
    throw new InvalidInput('The input of an approval must not have the key $blob.', [], 'approval_unusable');
  const { allowSelf = true, timeoutSeconds } = rule;
  const until = timeoutSeconds === undefined ? null : new Date(now.getTime() + timeoutSeconds * 1000);
  return { text, facts, approvers: approversOf(rule), allowSelf, until };
}

function mustFit(what: string, length: number, most: number): void {
  if (length <= most) return;
  throw new InvalidInput(
    `The ${what} of the approval has ${length} characters; ${most} are allowed: show less.`,
    [],
    'approval_too_large',
  );
}
