/** A person sends a signal to an execution that waits for it, gives the output of its task, or opens what its task runs. */
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

test('sent on the page of the execution', async () => {
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
  await publishWorkflow(browser.system, 'asks', [
    { id: 'ask', type: 'wait', config: { wait: { signal: 'answer', schema } } },
  ]);
  const id = await submit(browser.system, 'asks');
  const { page, visit } = tab;
  await visit(`/executions/${id}`);
  await page.getByText('Waiting for the signal answer.').first().waitFor();
  await page.getByRole('button', { name: 'Send signal' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send signal' }).click();
  await dialog.getByRole('alert').getByText('payload').waitFor();
  const payload = dialog.getByLabel('Payload');
  await payload.click();
  await page.keyboard.type('{ "ok": true }');
  await dialog.getByRole('button', { name: 'Send signal' }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect
    .poll(async () => (await (await browser.system.ask('GET', `/v1/executions/${id}`)).json()) as object, {
      timeout: 10_000,
    })
    .toMatchObject({
      status: 'succeeded',
      output: { ask: { ok: true } },
    });
  await page.getByRole('button', { name: 'Send signal' }).waitFor({ state: 'detached' });
});

test('a task that waits gets its output on the page', async () => {
  await publishWorkflow(browser.system, 'sleeps', [
    { id: 'sleep', type: 'wait', config: { wait: { seconds: 3600 } } },
  ]);
  const id = await submit(browser.system, 'sleeps');
  const { page, visit } = tab;
  await visit(`/executions/${id}?task=sleep`);
  await page.getByRole('button', { name: 'Skip task' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Known already');
  await dialog.getByLabel('Output').click();
  await page.keyboard.type('{ "hours": 2 }');
  await dialog.getByRole('button', { name: 'Give the output' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText(/Its output was given by .+: Known already/).waitFor();
  await expect
    .poll(async () => (await (await browser.system.ask('GET', `/v1/executions/${id}`)).json()) as object)
    .toMatchObject({ status: 'succeeded', output: { sleep: { hours: 2 } } });
});

test('the execution of a sub-workflow is opened from its task, and leads back', async () => {
  await publishWorkflow(browser.system, 'outer', [
    { id: 'inner', type: 'workflow', config: { workflowId: 'asks' } },
  ]);
  const id = await submit(browser.system, 'outer');
  const { page, visit } = tab;
  await visit(`/executions/${id}?task=inner`);
  await page.getByText('Waiting for the workflow asks: Waiting for the signal answer.').first().waitFor();
  await page.getByRole('link', { name: /Open its execution/ }).click();
  await page.getByRole('link', { name: /inner of/ }).waitFor();
  await page.getByRole('button', { name: 'Send signal' }).waitFor();
  await page.getByRole('link', { name: /inner of/ }).click();
  await page.getByRole('link', { name: /Open its execution/ }).waitFor();
});

test('an ended execution is rerun with another input of a task', async () => {
  await publishWorkflow(browser.system, 'counts', [{ id: 'count', type: 'transform', input: { n: '1' } }]);
  const id = await submit(browser.system, 'counts');
  const { page, visit } = tab;
  await expect
    .poll(async () => (await (await browser.system.ask('GET', `/v1/executions/${id}`)).json()) as object)
    .toMatchObject({ status: 'succeeded' });
  await visit(`/executions/${id}?task=count`);
  await page.getByRole('button', { name: 'Rerun' }).click();
  await page.getByRole('menuitem', { name: 'With another input of' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.cm-content').getByText('"n"').waitFor();
  await dialog.getByLabel('Input').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('{ "n": 2 }');
  await dialog.getByRole('button', { name: 'Rerun' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.waitForURL((url) => url.pathname.startsWith('/executions/') && !url.pathname.includes(id));
  const rerun = new URL(page.url()).pathname;
  await expect
    .poll(async () => (await (await browser.system.ask('GET', `/v1${rerun}`)).json()) as object)
    .toMatchObject({ status: 'succeeded', output: { count: { n: 2 } } });
});
