import { expect, test } from 'vitest';
import { later, NOON } from '../testing/workflow-drawing.js';
import type { Json } from '../json/json.js';
import { requestOf } from './request.js';
import type { ApprovalRule } from './rule.js';

const ask = (rule: ApprovalRule, facts: Json = null) =>
  requestOf(rule, { facts, scope: { params: { name: 'lysozyme' } }, now: NOON });

test('a request says what is asked, who may decide, and until when', () => {
  expect(ask({})).toEqual({
    text: null,
    facts: null,
    approvers: ['tenant_user'],
    allowSelf: true,
    until: null,
  });
  const rule: ApprovalRule = {
    roles: ['tenant_admin'],
    text: '"Publish " + params.name + "?"',
    timeoutSeconds: 60,
    allowSelf: false,
  };
  expect(ask(rule, 'seen')).toEqual({
    text: 'Publish lysozyme?',
    facts: 'seen',
    approvers: ['tenant_admin'],
    allowSelf: false,
    until: later(60),
  });
});

test.each<[ApprovalRule, Json, string]>([
  [{ text: '1' }, null, 'expression_failed'],
  [{ text: 'params.gone' }, null, 'expression_failed'],
  [{ text: `"${'x'.repeat(10_001)}"` }, null, 'approval_too_large'],
  [{}, 'x'.repeat(64_000), 'approval_too_large'],
  [{}, { $blob: { key: 'other', size: 1, sha256: 'x' } }, 'approval_unusable'],
])('what cannot be shown fails the task', (rule, facts, code) => {
  expect(() => ask(rule, facts)).toThrow(expect.objectContaining({ code }));
});
