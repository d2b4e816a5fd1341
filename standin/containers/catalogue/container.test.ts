/** Each model of the catalogue answers its workflow's example in the right shape, says that it is synthetic, and refuses invalid input. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { chooseContainer } from '../choose.js';

const SEEDS = join(import.meta.dirname, '../../../seeds');
const readAll = (folder: string) =>
  readdirSync(join(SEEDS, folder)).map(
    (name) => JSON.parse(readFileSync(join(SEEDS, folder, name), 'utf8')) as Record<string, never>,
  );

interface Workflow {
  workflowId: string;
  tasks: [{ modelId: string }];
  inputSchema: { examples: [Record<string, unknown>] };
  outputSchema: { required: string[] };
}
const workflows = readAll('workflows') as unknown as Workflow[];
const environments = new Map(
  (
    readAll('catalogue') as unknown as {
      modelId: string;
      deployment: { environment: Record<string, string> };
    }[]
  ).map(({ modelId, deployment }) => [modelId, deployment.environment]),
);

async function ask({ tasks: [{ modelId }] }: Workflow, parameters: unknown) {
  const environment = environments.get(modelId) ?? {};
  const plan = chooseContainer(environment).plan(
    Buffer.from(JSON.stringify({ task: 'run', parameters, inputs: {} })),
    environment,
  );
  const { status, body } = await plan.produce();
  return {
    computeSeconds: plan.computeSeconds,
    status,
    answer: JSON.parse(body.toString('utf8')) as Record<string, never>,
  };
}

describe.each(workflows.map((workflow) => [workflow.workflowId, workflow] as const))('%s', (_, workflow) => {
  const [example] = workflow.inputSchema.examples;

  test('its example is answered', async () => {
    const letters = typeof example['sequence'] === 'string' && example['sequence'].replace(/^>.*\n/, '');
    const { status, answer, computeSeconds } = await ask(workflow, {
      ...example,
      ...(letters && { sequence: letters }),
    });
    expect(status, JSON.stringify(answer).slice(0, 200)).toBe(200);
    expect(computeSeconds).toBeGreaterThan(0);
    expect(answer).toMatchObject({ synthetic: true, usage: { computeSeconds } });
    for (const field of workflow.outputSchema.required) expect(answer).toHaveProperty(field);
    const again = await ask(workflow, { ...example, ...(letters && { sequence: letters }) });
    expect(again.answer).toEqual(answer);
  });

  test.each([
    ['nothing', {}],
    ['junk', Object.fromEntries(Object.keys(example).map((name) => [name, { junk: true }]))],
    ['too much', Object.fromEntries(Object.keys(example).map((name) => [name, 'A'.repeat(300_000)]))],
  ])('%s is refused or answered, and never breaks it', async (_, parameters) => {
    const { status, answer } = await ask(workflow, parameters);
    expect([200, 400]).toContain(status);
    if (status === 400) expect(answer).toEqual({ error: expect.any(String) });
  });
});

test('a generated image is a PNG with a comment that says so', async () => {
  const drawing = workflows.find(({ workflowId }) => workflowId.startsWith('draw_')) as Workflow;
  const { answer } = await ask(drawing, { prompt: 'x' });
  const [{ $file }] = answer['images'] as unknown as [{ $file: { data: string } }];
  const png = Buffer.from($file.data, 'base64');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.toString('latin1')).toContain('SYNTHETIC');
  const at = png.indexOf('IDAT');
  expect(inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))).length).toBe(
    256 * (1 + 256 * 3),
  );
});
