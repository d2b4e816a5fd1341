/** Streamed answers, as the real SDK decodes them. */
import { InvokeEndpointWithResponseStreamCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, expect, test } from 'vitest';
import { startHarness, type Harness } from './harness.js';

let harness: Harness;
afterEach(() => harness.stop());

async function serving(environment: Record<string, string> = {}): Promise<void> {
  harness = await startHarness('instant');
  await harness.create('live', { environment });
  await harness.untilInService('live');
}
const stream = (body: unknown) =>
  harness.runtime.send(
    new InvokeEndpointWithResponseStreamCommand({
      EndpointName: 'live',
      Body: Buffer.from(JSON.stringify(body)),
    }),
  );

test('a large answer comes in several parts that make the whole', async () => {
  await serving();
  const text = 'ö'.repeat(200_000);
  const answer = await stream({ text });
  expect(answer.ContentType).toBe('application/json');
  const parts: Uint8Array[] = [];
  for await (const { PayloadPart } of answer.Body ?? []) parts.push(PayloadPart?.Bytes ?? new Uint8Array());
  expect(parts.length).toBeGreaterThan(5);
  expect(JSON.parse(Buffer.concat(parts).toString())).toMatchObject({ echo: { text } });
});

test('a container that fails before the first part is a ModelError', async () => {
  await serving();
  await expect(stream({ fail: 500 })).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 500 });
});

/** The number of parts, and the error if it failed. */
async function read(body: unknown): Promise<{ parts: number; error: unknown }> {
  let parts = 0;
  try {
    for await (const _ of (await stream(body)).Body ?? []) parts += 1;
    return { parts, error: null };
  } catch (error) {
    return { parts, error };
  }
}

test('a stream breaks in the middle, by an injected fault', async () => {
  await serving();
  await harness.break({ kind: 'streamBroken' });
  const large = { text: 'x'.repeat(200_000) };
  expect(await read(large)).toMatchObject({
    parts: 2,
    error: { name: 'ModelStreamError', ErrorCode: 'StreamBroken' },
  });
  expect(await read(large)).toEqual({ parts: 4, error: null });
});

test('a stream that takes longer than eight minutes is cut', async () => {
  await serving({ ECHO_SECONDS: '481' });
  expect(await read({})).toMatchObject({
    parts: 0,
    error: { name: 'ModelStreamError', ErrorCode: 'ModelInvocationTimeExceeded' },
  });
});
