/** The decision about an approval: what an approver must send, and how the task ends by it. */
import type { Fault } from '../errors.js';
import type { Json, JsonObject } from '../json/json.js';
import { payloadFaults } from '../validation/payload.js';
import type { ApprovalRule } from './rule.js';

export const OUTCOMES = ['approved', 'rejected'] as const;

export interface Answer {
  outcome: (typeof OUTCOMES)[number];
  comment: string | null;
  /** What was filled in; null if there is no form, or if it was rejected without. */
  form: Json;
}

export interface Decision extends Answer {
  /** As events name people. Null: nobody decided in time. */
  decidedBy: string | null;
  decidedAt: Date;
}

export type Ending = { output: JsonObject } | { error: { code: string; message: string } };

/** Of the form, as JSON. */
const MAX_FORM = 64_000;

/** A form is needed to approve. To reject it may be left out. */
export function answerFaults({ form: schema }: ApprovalRule, { outcome, form }: Answer): Fault[] {
  const at = (message: string): Fault[] => [{ path: 'body.form', message }];
  if (form === null && (outcome === 'rejected' || schema === undefined)) return [];
  if (schema === undefined) return at('must be left out: the approval has no form');
  if (JSON.stringify(form).length > MAX_FORM) return at(`must have at most ${MAX_FORM} characters as JSON`);
  return payloadFaults(schema, form, 'body.form');
}

export function endingOf({ onRejection = 'fail' }: ApprovalRule, decision: Decision): Ending {
  const { outcome, comment, form, decidedBy, decidedAt } = decision;
  if (outcome === 'rejected' && onRejection === 'fail') {
    const message =
      decidedBy === null
        ? 'Nobody decided in time, and so it is rejected.'
        : `It was rejected by ${decidedBy}.`;
    return { error: { code: 'rejected', message } };
  }
  return { output: { outcome, comment, form, decidedBy, decidedAt: decidedAt.toISOString() } };
}

/** How it ends at its time limit. */
export function endingByDefault(rule: ApprovalRule, at: Date): Ending {
  const { defaultOutcome: outcome = 'fail' } = rule;
  if (outcome === 'fail') return { error: { code: 'approval_timeout', message: 'Nobody decided in time.' } };
  return endingOf(rule, { outcome, comment: null, form: null, decidedBy: null, decidedAt: at });
}
