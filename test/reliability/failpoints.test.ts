/** A thermal service dies at each step of its models' lives at the provider: nothing leaks, and nothing is made twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { startServices, type ServiceProcess } from '../harness/processes.js';

let system: TestSystem;
let thermal: ServiceProcess;

beforeAll(async () => {
  system = await startTestSystem({
    services: ['api', 'scheduler', 'workers'],
    config: { thermalTickMs: 100 },
  });
  thermal = await startServices(system, ['thermal']);
});
afterAll(() => system.stop());

/** The provider's operations from the first task to the end of idleness; the one with the shortest wait comes last. */
const STEPS = [
  'CreateModel',
  'CreateEndpointConfig',
  'CreateEndpoint',
  'UpdateEndpointWeightsAndCapacities',
  'DeleteEndpoint',
  'DescribeEndpoint',
  'RegisterScalableTarget',
  'PutScheduledAction',
];

const calls = (operation: string) =>
  system.standIn.ledger().calls.filter((call) => call.operation === operation);
const hanging = (operation: string) => calls(operation).filter(({ status }) => status === 0).length;
const made = (operation: string, model: string) =>
  calls(operation).filter(({ target, status }) => target.includes(model) && (status === 200 || status === 0))
    .length;
const spansOf = (model: string) =>
  system.standIn
    .ledger()
    .endpoints.filter(({ endpointName }) => endpointName.endsWith(model))
    .flatMap(({ spans }) => spans);
const heats = async () =>
  (
    await system.owner.query<{ heat: string }>(
      'select distinct current_thermal_state as heat from ai_models where model_id = any ($1)',
      [STEPS.flatMap((operation) => [nameOf(operation, 'before'), nameOf(operation, 'after')])],
    )
  ).rows.map(({ heat }) => heat);
const faults = async (method: string, body?: Record<string, unknown>) => {
  const response = await fetch(`${system.standIn.url}/__standin/faults`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
};
const nameOf = (operation: string, when: string) => `${when}-${STEPS.indexOf(operation)}`;

/** Lets the service of one model hang at this step for ever. */
async function hang(operation: string, when: 'before' | 'after'): Promise<void> {
  const model = nameOf(operation, when);
  await registerEchoModel(system, model, {
    driver: operation === 'DeleteEndpoint' ? 'sagemaker-realtime' : 'sagemaker-async',
    idleMinutes: 0.3 / 60,
    warmupSeconds: 0,
  });
  await publishWorkflow(system, model, [{ id: 'only', model }]);
  const before = hanging(operation);
  const fault = { kind: 'hang', operation, when };
  if (operation === 'DescribeEndpoint') {
    // Of all the describe calls: the one for this model, once its endpoint exists.
    await submit(system, model);
    await expect.poll(() => made('CreateEndpoint', model), { timeout: 10_000 }).toBe(1);
    await faults('POST', { ...fault, endpointName: `radiant-test-${model}` });
  } else {
    // All other models hang already, or are off: the next one is this one's.
    await faults('POST', fault);
    await submit(system, model);
  }
  await expect.poll(() => hanging(operation), { timeout: 20_000 }).toBe(before + 1);
}

test.each(['before', 'after'] as const)(
  'after a kill %s each step took effect, all steps are completed at once',
  async (when) => {
    for (const operation of STEPS) await hang(operation, when);
    await thermal.kill();
    await faults('DELETE');
    thermal = await startServices(system, ['thermal']);

    await untilAllEnded(system, 30_000);
    await expect.poll(heats, { timeout: 20_000 }).toEqual(['OFF']);
    for (const operation of STEPS) {
      const model = nameOf(operation, when);
      // A request that hung before it took effect is repeated; one that took effect must not be.
      for (const what of ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint'])
        expect(made(what, model), `${what} of ${model}`).toBe(
          what === operation && when === 'before' ? 2 : 1,
        );
      await expect
        .poll(() => spansOf(model).map(({ to }) => to === null), { message: model })
        .toEqual([false]);
      expect(spansOf(model).map(({ instances }) => instances)).toEqual([1]);
    }
    await expectInvariants(system);
    await expectAuthorised(system);
  },
  120_000,
);
