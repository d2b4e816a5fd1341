/** A user schedules a workflow, corrects a wrong expression, runs it, pauses it with a reason, and deletes it. */
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';
import { publishWorkflow } from '../harness/fixtures.js';

let browser: TestBrowser;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser();
  tab = await browser.signedIn();
  await publishWorkflow(browser.system, 'counting', [{ id: 'only', type: 'transform' }], {
    parameters: [{ name: 'count', type: 'integer', validation: { maximum: 5 } }],
  });
});
afterAll(() => browser.stop());

test('from an empty list to a paused schedule', async () => {
  const { page, visit, complaints } = tab;
  await visit('/schedules');
  await page.getByText('There is no schedule yet').waitFor();
  await page.getByRole('link', { name: 'New schedule' }).first().click();
  await page.getByRole('combobox', { name: 'Workflow' }).click();
  await page.getByRole('option', { name: 'counting' }).click();
  await page.getByLabel('Name', { exact: false }).first().fill('Every night');
  const cron = page.getByRole('textbox', { name: 'Cron expression' });
  await cron.fill('61 2 * * *');
  await page.getByText('Invalid value for minute: 61').waitFor();
  await cron.fill('30 2 * * *');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Asia/Tok');
  await page.getByRole('option', { name: 'Asia/Tokyo' }).click();
  const ticks = page.getByRole('list', { name: 'The next ticks' }).getByRole('listitem');
  await expect.poll(() => ticks.first().textContent()).toContain('02:30');
  expect(await ticks.count()).toBe(10);
  await page.getByLabel('count').fill('4');
  await page.getByRole('button', { name: 'Create the schedule' }).click();

  await page.getByRole('heading', { name: 'Every night', exact: true }).waitFor();
  await page.getByText('It has not ticked yet.').waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  const line = page.getByRole('region', { name: 'Ticks' }).getByRole('row').nth(1);
  await line.getByText('Started').waitFor();
  await line.getByText('Succeeded').waitFor();

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('The instrument is away');
  await page.getByRole('button', { name: 'Pause Every night' }).click();
  await page.getByText('The instrument is away').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => ticks.count()).toBe(10);

  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByLabel('count').fill('3');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByRole('heading', { name: 'Every night', exact: true }).waitFor();
  const { items } = (await (await browser.system.ask('GET', '/v1/schedules')).json()) as { items: object[] };
  expect(items).toMatchObject([
    { timeZone: 'Asia/Tokyo', cron: '30 2 * * *', request: { parameters: { count: 3 } } },
  ]);

  await line.getByRole('link').click();
  await page.getByRole('link', { name: /its schedule, for/ }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Delete Every night' }).click();
  await page.getByText('There is no schedule yet').waitFor();
  // The wrong expression was refused.
  expect(complaints.filter((line) => !line.includes('/v1/schedules/preview?cron=61'))).toEqual([]);
});
