/** A thermal room dies at each step of a model's life at the provider: nothing leaks, nothing is made twice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHouse, type House } from './house.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from './invariants.js';
import { plantEcho, plantWorkflow, submit } from './plant.js';
import { startRooms, type RoomProcess } from './processes.js';

let house: House;
let thermal: RoomProcess;

beforeAll(async () => {
  house = await openHouse({ rooms: ['api', 'scheduler', 'workers'], config: { thermalTickMs: 100 } });
  thermal = await startRooms(house, ['thermal']);
});
afterAll(() => house.stop());

type Driver = 'sagemaker-async' | 'sagemaker-realtime';
/** What is asked of the provider from the first task to the end of idleness, and by which driver. */
const STEPS: [operation: string, driver: Driver][] = [
  ['CreateModel', 'sagemaker-async'],
  ['CreateEndpointConfig', 'sagemaker-async'],
  ['CreateEndpoint', 'sagemaker-async'],
  ['DescribeEndpoint', 'sagemaker-async'],
  ['RegisterScalableTarget', 'sagemaker-async'],
  ['PutScheduledAction', 'sagemaker-async'],
  ['UpdateEndpointWeightsAndCapacities', 'sagemaker-async'],
  ['DeleteEndpoint', 'sagemaker-realtime'],
];

const calls = (operation: string) =>
  house.standIn.ledger().calls.filter((call) => call.operation === operation);
const billing = () =>
  house.standIn
    .ledger()
    .endpoints.flatMap(({ spans }) => spans)
    .filter(({ to }) => to === null);
const faults = (method: string, body?: Record<string, unknown>) =>
  fetch(`${house.standIn.url}/__standin/faults`, { method, ...(body && { body: JSON.stringify(body) }) });

describe.each(STEPS)('at %s', (operation, driver) => {
  test.each(['before', 'after'] as const)(
    'killed %s it took effect',
    async (when) => {
      const model = `m-${operation.toLowerCase()}-${when}`;
      await plantEcho(house, model, { driver, idleMinutes: 0.3 / 60, warmupSeconds: 0 });
      await plantWorkflow(house, model, [{ id: 'only', model }]);
      const before = calls(operation).length;
      // The request hangs there for ever, and the room with it: that is where it is killed.
      await faults('POST', { kind: 'hang', operation, when });
      await submit(house, model);
      await expect
        .poll(
          () =>
            calls(operation)
              .slice(before)
              .filter(({ status }) => status === 0).length,
          { timeout: 20_000 },
        )
        .toBe(1);
      await thermal.kill();
      await faults('DELETE');
      thermal = await startRooms(house, ['thermal']);

      await untilAllEnded(house, 30_000);
      await expect
        .poll(
          async () =>
            (
              await house.owner.query(
                `select current_thermal_state as heat from ai_models where model_id = $1`,
                [model],
              )
            ).rows,
          {
            timeout: 20_000,
          },
        )
        .toEqual([{ heat: 'OFF' }]);
      await expect.poll(billing, { timeout: 10_000 }).toEqual([]);

      const made = (what: string) =>
        calls(what).filter(({ target, status }) => target.includes(model) && (status === 200 || status === 0))
          .length;
      // Of a request that hung before it took effect there is a second one; of one that took effect there must not be.
      const again = (what: string) => (what === operation && when === 'before' ? 2 : 1);
      for (const what of ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint'])
        expect(made(what), what).toBe(again(what));
      const spans = house.standIn
        .ledger()
        .endpoints.filter(({ endpointName }) => endpointName.includes(model));
      expect(spans.flatMap(({ spans }) => spans.map(({ instances }) => instances))).toEqual([1]);
      await expectInvariants(house);
      await expectAuthorised(house);
    },
    90_000,
  );
});
