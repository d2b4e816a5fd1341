/** A model of an external provider that is woken and stopped by its URLs. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { readHeat } from '../../src/store/thermal/heat.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';

let system: TestSystem;
let server: Server;
afterEach(async () => {
  await system.stop();
  await new Promise((resolve) => server.close(resolve));
});

test('an external model with wake and stop URLs is woken for a task and stopped when idle', async () => {
  let on = false;
  const calls: string[] = [];
  server = createServer((request, response) => {
    request.resume();
    const call = `${request.method} ${request.url}`;
    if (call !== 'GET /wake') calls.push(call);
    if (call === 'POST /wake') on = true;
    if (call === 'POST /stop') on = false;
    const status = call === 'GET /wake' ? (on ? 200 : 404) : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"instances": 1}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  system = await startTestSystem({ speed: 20, config: { thermalTickMs: 100 } });
  const side = await openSecondProcess(system);
  await side.models.create(
    {
      modelId: 'm',
      name: 'm',
      displayName: 'm',
      category: 'test',
      providerType: 'external',
      deployment: { url: `${base}/run`, wakeUrl: `${base}/wake`, stopUrl: `${base}/stop` },
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
      thermal: { scaleToZeroAfterMinutes: 0.02, maxInstances: 1, warmupTimeSeconds: 1 },
    },
    SYSTEM,
  );
  await side.stop();
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  await submit(system, 'one');
  await untilAllEnded(system);
  await expect
    .poll(async () => (await readHeat(system.ledger)).find(({ modelId }) => modelId === 'm')?.heat, {
      timeout: 20_000,
      interval: 20,
    })
    .toBe('OFF');
  expect(calls).toEqual(['POST /wake', 'POST /run', 'POST /stop']);
});
