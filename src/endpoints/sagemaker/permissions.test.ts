/** The policy against the code that needs it, and the check against a stand-in that denies. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEndpointsHarness } from '../../../test/harness/endpoints-harness.js';
import { makeEndpoints } from '../index.js';

const SRC = join(import.meta.dirname, '../..');
const SERVICES: Record<string, string> = {
  sagemaker: 'sagemaker',
  'sagemaker-runtime': 'sagemaker',
  s3: 's3',
  'application-auto-scaling': 'application-autoscaling',
  'secrets-manager': 'secretsmanager',
};
/** Calls whose action has another name. */
const NAMED: Record<string, string> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
};
/** Actions that calls need without calling them: passing a role, tagging, auto scaling's own role. */
const IMPLIED = ['iam:PassRole', 'sagemaker:AddTags', 'iam:CreateServiceLinkedRole'];
/** Actions that cannot be checked without changing something, or without knowing more than a name. */
const UNASKED = new Set([
  ...IMPLIED,
  'sagemaker:CreateModel',
  'sagemaker:ListTags',
  's3:PutObject',
  's3:DeleteObject',
  'secretsmanager:GetSecretValue',
]);

const called = (): string[] => {
  const actions = new Set<string>();
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const source = readFileSync(join(SRC, file), 'utf8');
    for (const [, names = '', client = ''] of source.matchAll(
      /import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g,
    ))
      for (const [, page, command] of names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)) {
        if (command) expect(source, `${file} uses ${command}`).toContain(`new ${command}Command(`);
        const action = `${SERVICES[client]}:${page ?? command}`;
        actions.add(NAMED[action] ?? action);
      }
  }
  return [...actions];
};
const policy = JSON.parse(readFileSync(join(SRC, '../deploy/iam.json'), 'utf8')) as {
  Statement: { Action: string | string[]; Resource: string | string[]; Condition?: object }[];
};
const allowed = new Set(policy.Statement.flatMap(({ Action }) => Action));

describe('the policy', () => {
  it('allows exactly what the code calls', () => {
    expect([...allowed].sort()).toEqual([...called(), ...IMPLIED].sort());
  });

  it('names the resources of every action except lists, and passes roles to SageMaker only', () => {
    for (const { Action, Resource, Condition } of policy.Statement) {
      if ([Resource].flat().includes('*'))
        expect([Action].flat().every((action) => action.includes(':List'))).toBe(true);
      if (Action === 'iam:PassRole')
        expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
    }
  });
});

describe('the check', () => {
  const harness = openEndpointsHarness('manual');

  it('checks every action that can be checked, and changes nothing', async () => {
    const found = await harness.endpoints.checkPermissions();
    expect(found.map(({ action }) => action).sort()).toEqual(
      [...allowed].filter((action) => !UNASKED.has(action)).sort(),
    );
    expect(found.filter((each) => !each.allowed || each.reason !== null)).toEqual([]);
    expect(await harness.endpoints.list()).toEqual([]);
    const changes = harness.standIn.ledger().calls.filter(({ status }) => status < 300);
    expect(changes.filter(({ operation }) => !/^(List|Describe|Get)/.test(operation))).toEqual([]);
  });

  it("reports denied actions with the provider's message", async () => {
    const denied = [
      'sagemaker:CreateEndpoint',
      'sagemaker:InvokeEndpoint',
      'application-autoscaling:PutScheduledAction',
    ];
    await harness.settings({ denied });
    const found = await harness.endpoints.checkPermissions();
    expect(
      found
        .filter((each) => !each.allowed)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(denied.toSorted());
    for (const { reason } of found.filter((each) => !each.allowed)) expect(reason).toMatch(/not authorized/);
  });

  it('has no result for a provider that cannot be reached', async () => {
    const url = process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    const lost = makeEndpoints({ s3Bucket: 'results' });
    try {
      await expect(lost.checkPermissions()).rejects.toMatchObject({ code: 'unreachable' });
      await expect(lost.list()).rejects.toMatchObject({ code: 'unreachable' });
    } finally {
      process.env['AWS_ENDPOINT_URL'] = url;
      await lost.stop();
    }
  });
});
