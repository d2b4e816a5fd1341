/** A person finds what waits for a decision, corrects the form, and decides; the execution goes on. */
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

let browser: TestBrowser;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser();
  tab = await browser.signedIn();
});
afterAll(() => browser.stop());

const read = async (path: string) => (await (await browser.system.ask('GET', path)).json()) as object;

test('from the navigation to the decision', async () => {
  const form = {
    type: 'object',
    properties: { seats: { type: 'integer', title: 'Seats', maximum: 4 }, note: { type: 'string' } },
    required: ['seats'],
  };
  await publishWorkflow(browser.system, 'asks', [
    {
      id: 'ask',
      type: 'approval',
      config: { approval: { text: '"Publish it?"', form, onRejection: 'succeed' } },
      input: { price: '"12.50"' },
    },
  ]);
  const { page, visit } = tab;
  await visit('/approvals');
  await page.getByText('Nothing waits for your decision.').waitFor();
  const id = await submit(browser.system, 'asks');
  const place = page
    .getByRole('navigation')
    .getByRole('link', { name: 'Approvals 1 wait for your decision' });
  await place.waitFor();
  await page.getByRole('link', { name: 'Publish it?' }).click();
  await page.getByText('12.50').waitFor();

  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('is required').waitFor();
  await page.getByLabel('Seats').fill('9');
  await page.getByText('must be at most 4').waitFor();
  await page.getByLabel('Seats').fill('2');
  await page.getByLabel('Comment').fill('Go.');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('By admin@localhost.').waitFor();
  await place.waitFor({ state: 'detached' });
  const output = { outcome: 'approved', comment: 'Go.', form: { seats: 2 }, decidedBy: 'admin@localhost' };
  await expect
    .poll(() => read(`/v1/executions/${id}`), { timeout: 10_000 })
    .toMatchObject({ status: 'succeeded', output: { ask: output } });
  expect(tab.complaints).toEqual([]);
});

test('from the execution, and rejected without the form', async () => {
  const id = await submit(browser.system, 'asks');
  const { page, visit } = tab;
  await visit(`/executions/${id}`);
  await page.getByText('Waiting for the approval of a user of the tenant.').first().waitFor();
  await page.getByRole('link', { name: 'Open the approval' }).click();
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('heading', { name: 'The decision' }).waitFor();
  await expect
    .poll(() => read(`/v1/executions/${id}`), { timeout: 10_000 })
    .toMatchObject({ output: { ask: { outcome: 'rejected', form: null } } });
  await page.getByRole('link', { name: id.slice(0, 8) }).click();
  await page.getByRole('link', { name: 'How it was decided' }).waitFor();
});
