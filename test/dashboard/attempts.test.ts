/**
 * In the browser: the execution's page shows a failing endpoint's answer, and the model's page frees a slot held because
 * the outcome is unknown.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startBrowser, test, type TestBrowser } from '../harness/browser-harness.js';
import { untilAllEnded } from '../harness/invariants.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';

let browser: TestBrowser;
let answer: (response: ServerResponse) => unknown;
const server = createServer((request, response) => void request.resume().on('end', () => answer(response)));
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  browser = await startBrowser({ config: { thermalTickMs: 100 } });
  const { system } = browser;
  const side = await openSecondProcess(system);
  await side.models.create(
    {
      modelId: 'outside',
      name: 'outside',
      displayName: 'Outside',
      category: 'test',
      providerType: 'external',
      deployment: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/run?key=hidden` },
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
      thermal: { maxInstances: 1 },
    },
    SYSTEM,
  );
  await side.stop();
  await publishWorkflow(system, 'one', [
    {
      id: 'only',
      model: 'outside',
      timeout: 1,
      config: { retry: { maxAttempts: 1 } },
      input: { word: "'hello'" },
    },
  ]);
});
afterAll(async () => {
  await browser?.stop();
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

test('a user reads why a task failed, and an operator frees a slot', async () => {
  const { system } = browser;
  const { page, visit, complaints } = await browser.signedIn();
  answer = (response) => response.writeHead(500).end('{"error":"CUDA out of memory"}');
  const id = await submit(system, 'one');
  await untilAllEnded(system);
  await visit(`/executions/${id}?task=only`);
  const answerText = page.getByRole('region', { name: 'Answer to attempt 1' });
  await answerText.waitFor();
  expect(await answerText.innerText()).toBe('{"error":"CUDA out of memory"}');
  expect(await page.getByText('(HTTP 500)').count()).toBe(1);
  expect(await page.getByText(/Sent to http:\/\/127\.0\.0\.1:\d+\/run$/).count()).toBe(1);
  expect(await page.getByRole('region', { name: 'Input' }).innerText()).toContain('hello');

  answer = () => undefined;
  await submit(system, 'one');
  await untilAllEnded(system);
  await visit('/models/outside?tab=thermal');
  await page.getByRole('button', { name: 'Free them…' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByRole('button', { name: 'Free 1 slot' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Reason').fill('It was restarted');
  await dialog.getByRole('button', { name: 'Free 1 slot' }).click();
  await page.getByText('The slots of Outside are free').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Free them…' }).count()).toBe(0);
  const { rows } = await system.owner.query('select reason from slot_releases');
  expect(rows).toEqual([{ reason: 'It was restarted' }]);
  expect(complaints).toEqual([]);
});
