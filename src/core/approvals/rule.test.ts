import { describe, expect, test } from 'vitest';
import {
  approverNames,
  approversInWords,
  approversOf,
  ruleFaults,
  whyNotAllowed,
  type ApprovalRule,
} from './rule.js';

describe('who may decide', () => {
  test.each<[ApprovalRule, string[], string]>([
    [{}, ['tenant_user'], 'a user of the tenant'],
    [{ roles: [], users: [] }, ['tenant_user'], 'a user of the tenant'],
    [{ roles: ['tenant_admin'] }, ['tenant_admin'], 'an administrator of the tenant'],
    [
      { users: ['Ada@lab.test'], allowSelf: false },
      ['ada@lab.test'],
      'ada@lab.test, but not the user who requested the execution',
    ],
    [
      { roles: ['tenant_admin'], users: ['a@l.test', 'b@l.test'] },
      ['tenant_admin', 'a@l.test', 'b@l.test'],
      'an administrator of the tenant, a@l.test or b@l.test',
    ],
    [{ users: ['a', 'b', 'c', 'd', 'e'] }, ['a', 'b', 'c', 'd', 'e'], 'a, b, c or 2 others'],
  ])('%o', (rule, approvers, words) => {
    expect(approversOf(rule)).toEqual(approvers);
    expect(approversInWords(rule)).toBe(words);
  });

  test.each([
    ['platform_admin', ['tenant_admin', 'tenant_user', 'ada@lab.test']],
    ['tenant_admin', ['tenant_admin', 'tenant_user', 'ada@lab.test']],
    ['tenant_user', ['tenant_user', 'ada@lab.test']],
    ['operator', []],
    ['auditor', []],
  ])('as %s', (role, names) => {
    expect(approverNames({ role, email: 'Ada@Lab.test' })).toEqual(names);
  });
});

test.each<[object, object, string | null]>([
  [{}, {}, null],
  [{}, { tenantId: 'other' }, 'not_an_approver'],
  [{}, { role: 'auditor' }, 'not_an_approver'],
  [{ approvers: ['tenant_admin'] }, {}, 'not_an_approver'],
  [{ approvers: ['tenant_admin'] }, { role: 'tenant_admin' }, null],
  [{ approvers: ['tenant_admin', 'ada@lab.test'] }, {}, null],
  [{ allowSelf: false }, {}, 'self_approval'],
  [{ allowSelf: false }, { userId: 'somebody' }, null],
])('%o and %o: %s', (change, who, expected) => {
  const approval = {
    tenantId: 't',
    approvers: ['tenant_user'],
    allowSelf: true,
    requesterId: 'u',
    ...change,
  };
  const caller = { tenantId: 't', userId: 'u', role: 'tenant_user', email: 'ada@lab.test', ...who };
  expect(whyNotAllowed(approval, caller)).toBe(expected);
});

test('a rule that could not be kept has faults', () => {
  expect(ruleFaults({ form: { type: 'object' }, timeoutSeconds: 60, defaultOutcome: 'approved' })).toEqual(
    [],
  );
  expect(ruleFaults({ defaultOutcome: 'approved' })).toMatchObject([{ path: 'defaultOutcome' }]);
  expect(ruleFaults({ form: { type: 'banana' } })).toMatchObject([{ path: 'form' }]);
  expect(ruleFaults({ form: { a: { __proto__x: 1, b: '\0' } } })).toMatchObject([{ path: 'form.a.b' }]);
});
