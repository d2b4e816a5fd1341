/** A person starts what the page has quoted, and is asked again when that has changed. */
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type Tab, type TestBrowser } from '../harness/browser-harness.js';

let browser: TestBrowser;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser();
  tab = await browser.signedIn();
});
afterAll(() => browser.stop());

test('the quote on the run page is what starts, and an old one is asked for again', async () => {
  const { page, visit } = tab;
  await visit('/workflows/protein_folding_alphafold2/run');
  await page.getByRole('button', { name: 'Use the example' }).click();
  const rail = page.getByRole('complementary', { name: 'Before you run' });
  const line = rail.getByText(/^Quote [0-9a-f]{8}, valid until \d\d:\d\d UTC$/);
  const run = rail.getByRole('button', { name: /^Run for about/ });
  await run.waitFor();
  const first = await line.getAttribute('title');
  await browser.system.owner.query('update quotes set expires_at = now()');
  await run.click();
  await rail.getByRole('alert').getByText('The quote has expired.').waitFor();
  await expect.poll(() => line.getAttribute('title')).not.toBe(first);
  const second = await line.getAttribute('title');
  await run.click();
  await page.waitForURL(/\/executions\/[\w-]{36}/);
  const { rows } = await browser.system.owner.query<{ id: string; quote: string }>(
    'select id, quote_id as quote from workflow_executions',
  );
  expect(rows).toEqual([{ id: expect.any(String), quote: second }]);
  expect(page.url()).toContain(rows[0]?.id);
});

test('a key is made that starts only what was quoted', async () => {
  const { page, visit } = tab;
  await visit('/keys');
  await page.getByRole('button', { name: 'Create a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('careful');
  await dialog.getByRole('checkbox', { name: 'It starts only what was quoted' }).check();
  await dialog.getByRole('button', { name: 'Create the key' }).click();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page
    .getByRole('row', { name: /careful/ })
    .getByText('only what was quoted')
    .waitFor();
});
