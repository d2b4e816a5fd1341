/** A user makes a trigger, corrects its secret, sees what a delivery started, and disables and deletes it. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';
import { publishWorkflow } from '../harness/fixtures.js';

let browser: TestBrowser;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser({
    config: { secret: (reference) => (reference === 'env:RADIANT_SECRET_HOOK_X' ? 'secret' : undefined) },
  });
  tab = await browser.signedIn();
  await publishWorkflow(browser.system, 'hooked', [{ id: 'only', type: 'transform' }], {
    parameters: [{ name: 'who', type: 'string', validation: { minLength: 2 } }],
  });
});
afterAll(() => browser.stop());

async function deliver(path: string, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', 'secret').update(text).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
  return (await fetch(path, { method: 'POST', headers, body: text })).status;
}

test('from an empty list to a trigger that starts executions', async () => {
  const { page, visit, complaints } = tab;
  await visit('/triggers');
  await page.getByText('There is no trigger yet').waitFor();
  await page.getByRole('button', { name: 'New trigger' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Workflow' }).click();
  await page.getByRole('option', { name: 'hooked' }).click();
  await dialog.getByRole('combobox', { name: 'Signed by' }).click();
  await page.getByRole('option', { name: 'GitHub' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Pushes');
  const parameters = dialog.getByLabel('Parameters');
  await parameters.click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('{ "who": "body.sender" }');
  const secret = dialog.getByRole('textbox', { name: 'Secret' });
  await secret.fill('ghp_a_secret');
  await dialog.getByRole('button', { name: 'Create the trigger' }).click();
  await dialog.getByText('must be a reference to a secret for webhooks').first().waitFor();
  await secret.fill('env:RADIANT_SECRET_HOOK_X');
  await dialog.getByRole('button', { name: 'Create the trigger' }).click();

  await page.getByRole('heading', { name: 'Pushes', exact: true }).waitFor();
  await page.getByText('Nothing has been delivered yet').waitFor();
  const url = await page.locator('code', { hasText: '/v1/hooks/' }).innerText();
  expect(await deliver(url, { sender: 'octocat' })).toBe(202);
  expect(await deliver(url, { sender: 'x' })).toBe(422);
  await page.reload();
  const lines = page.getByRole('region', { name: 'Deliveries' }).getByRole('row');
  await lines.nth(1).getByText('Refused').waitFor();
  await lines.nth(1).getByText('invalid_parameters').waitFor();
  await lines.nth(2).getByText('Started').waitFor();

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Only if' }).fill('body.sender == "octocat"');
  await dialog.getByRole('button', { name: 'Save the trigger' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await deliver(url, { sender: 'y' })).toBe(200);

  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: 'Enable' }).waitFor();
  expect(await deliver(url, { sender: 'octocat' })).toBe(404);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete Pushes' }).click();
  await page.getByText('There is no trigger yet').waitFor();
  expect(complaints.filter((text) => !/4(04|22)/.test(text))).toEqual([]);
});
