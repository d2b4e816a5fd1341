/** Who hears of an approval: the receiver of the execution's webhooks, and the pages of its tenant. */
import { expect, test } from 'vitest';
import { publishWorkflow, submit } from '../harness/fixtures.js';
import { eventually, useHooks } from '../events/webhook-harness.js';

const { system, ask, receiver } = useHooks();

/** The changes of approvals that a stream has sent so far. */
async function follow(key: string) {
  const gone = new AbortController();
  const response = await fetch(`${system().url}/v1/events`, {
    headers: { authorization: `Bearer ${key}` },
    signal: gone.signal,
  });
  const heard: string[] = [];
  const reading = (async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      for (const [, data = '{}'] of Buffer.from(chunk)
        .toString()
        .matchAll(/^data: (.*)$/gm)) {
        const { kind, id } = JSON.parse(data) as { kind: string; id: string };
        if (kind === 'approval') heard.push(id);
      }
  })().catch(() => {});
  return {
    heard,
    stop: () => {
      gone.abort();
      return reading;
    },
  };
}

test('a request and its decision are sent, without what was asked and answered', async () => {
  await publishWorkflow(system(), 'asks', [
    { id: 'ask', type: 'approval', config: { approval: { text: '"A secret?"' } } },
  ]);
  const pages = await follow(system().key);
  const strangers = await follow(await system().keyFor('strangers'));
  const there = await receiver();
  const executionId = await submit(system(), 'asks', {}, { webhookUrl: there.url });
  await eventually(() => there.received.length).toBe(1);
  const approvalId = String(there.received[0]?.body['approvalId']);
  const ids = { approvalId, executionId, workflowId: 'asks', taskId: 'ask' };
  await eventually(() => pages.heard).toEqual([approvalId]);
  await system().ask('POST', `/v1/approvals/${approvalId}/decision`, {
    outcome: 'approved',
    comment: 'A secret.',
  });
  await eventually(() => there.received.length).toBe(3);
  const ofApproval = there.received
    .map(({ body }) => body)
    .filter(({ event }) => String(event).startsWith('app'));
  const when = { id: expect.any(String), at: expect.stringMatching(/^20/) };
  expect(ofApproval).toEqual([
    { ...when, event: 'approval.requested', ...ids },
    { ...when, event: 'approval.decided', ...ids, outcome: 'approved' },
  ]);
  await eventually(() => pages.heard).toEqual([approvalId, approvalId]);
  expect(strangers.heard).toEqual([]);
  await Promise.all([pages.stop(), strangers.stop()]);
});

test('nothing is sent for an approval that ends with its execution, beyond the end of the execution', async () => {
  const there = await receiver();
  const id = await submit(system(), 'asks', {}, { webhookUrl: there.url });
  await eventually(() => there.received.length).toBe(1);
  await system().ask('POST', `/v1/executions/${id}/cancel`);
  await eventually(
    async () => (await ask('select from webhook_deliveries where url = $1', [there.url])).length,
  ).toBe(2);
  await eventually(() => there.received.map(({ body }) => body['event'])).toEqual([
    'approval.requested',
    'execution.cancelled',
  ]);
});
