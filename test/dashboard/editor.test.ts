/** The workflow editor while a user types: focus, caret and text stay in every field. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowser, test, type TestBrowser, type Tab } from '../harness/browser-harness.js';

let browser: TestBrowser;
let tab: Tab;
beforeAll(async () => {
  browser = await startBrowser({ services: ['api'] });
  tab = await browser.signedIn();
});
afterAll(() => browser.stop());

const WRITABLE =
  'input:not([readonly]):not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea:not([aria-hidden]), [contenteditable=true]';
/** The only number field of the editor that may have a fraction. */
const FRACTION = 'config.retry.backoff';

/** Waits until the server has checked the draft and the result is shown. */
const judged = (page: Page) => page.getByText('checking …').waitFor({ state: 'detached' });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const fieldOf = (page: Page, name: string) =>
  page.getByRole('tabpanel').locator(`[data-field="${name}"]`).locator(WRITABLE).first();

async function textOf(field: Locator): Promise<string> {
  const isJson = (await field.getAttribute('contenteditable')) !== null;
  return isJson ? (await field.locator('.cm-line').allTextContents()).join('\n') : field.inputValue();
}

/** Types text; all of it must end in the element in which it was begun. */
async function typeInto(page: Page, name: string): Promise<void> {
  const field = fieldOf(page, name);
  const isJson = (await field.getAttribute('contenteditable')) !== null;
  const isNumber = (await field.getAttribute('inputmode')) !== null;
  const text = isJson ? '{"a": [1.5]}' : isNumber ? (name === FRACTION ? '1.05' : '120') : 'ab_c1';
  await field.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await field.evaluate((element) => element.setAttribute('data-begun', ''));
  const focused = page.locator(':focus');
  // Meanwhile the server's answer on the previous field arrives, and the address changes.
  await page.keyboard.type(text);
  // A field changes its own caret a moment later.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
  // In the middle of the text the caret stays where it is.
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const more = isJson ? '  ' : '12';
  for (const letter of more) await page.keyboard.type(letter);
  const all = `${text.slice(0, 1)}${more}${text.slice(1)}`;
  expect([name, await focused.getAttribute('data-begun'), await textOf(focused)]).toEqual([name, '', all]);
  await focused.evaluate((element) => element.removeAttribute('data-begun'));
}

/** Types into every text field of the current form that is not yet in `typed`. */
async function typeEverywhere(page: Page, typed: Set<string>): Promise<void> {
  const form = page.getByRole('tabpanel');
  const folded = form.locator('button[aria-expanded=false]', { hasText: 'More options' });
  while ((await folded.count()) > 0) await folded.first().click();
  // JSON fields are plain text areas at first.
  await expect.poll(() => form.locator('textarea[aria-labelledby]').count()).toBe(0);
  const fields = await form.locator('[data-field]').all();
  const names = await Promise.all(fields.map((field) => field.getAttribute('data-field')));
  for (const name of names.filter((one) => one !== null)) {
    if (typed.has(name) || (await fieldOf(page, name).count()) === 0) continue;
    typed.add(name);
    await typeInto(page, name);
  }
}

test('text, focus and caret stay in every field of a workflow', { timeout: 240_000 }, async () => {
  const { page, visit, complaints } = tab;
  await visit('/workflows/new');
  const details = new Set<string>();
  await typeEverywhere(page, details);
  expect([...details]).toEqual(expect.arrayContaining(['workflowId', 'timeout', 'inputSchema']));

  await page.getByRole('tab', { name: /^Parameters/ }).click();
  await button(page, 'Add a parameter').click();
  const parameters = new Set<string>();
  await typeEverywhere(page, parameters);
  expect([...parameters]).toEqual(expect.arrayContaining(['name', 'default', 'validation', 'uiConfig']));

  // The fields of a task depend on its kind.
  await page.getByRole('tab', { name: /^Tasks/ }).click();
  await button(page, 'Add a task').click();
  await button(page, 'Add a task').click();
  const tasks = new Set<string>();
  for (const kind of ['Model', 'Validation', 'Transform', 'Wait', 'Approval', 'Workflow']) {
    await page.getByRole('combobox', { name: 'Type', exact: true }).click();
    await page.getByRole('option', { name: new RegExp(`^${kind}:`) }).click();
    await judged(page);
    await typeEverywhere(page, tasks);
  }
  expect([...tasks]).toEqual(
    expect.arrayContaining(['taskId', 'condition', 'inputMapping', 'config', FRACTION, 'config.wait.until']),
  );
  expect(complaints).toEqual([]);
});

test('a new id is applied everywhere: by Enter in its own field, by Tab in the next one', async () => {
  const { page, visit, complaints } = tab;
  await visit('/workflows/new?page=tasks');
  await button(page, 'Add a task').click();
  const id = page.getByRole('textbox', { name: 'Id', exact: true });
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await id.fill('search');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Search the database');
  await page.waitForURL(/task=search/);
  await page.keyboard.type(' twice');
  expect([await id.inputValue(), await name.inputValue()]).toEqual(['search', 'Search the database twice']);
  // Tasks that depend on it follow the new id, whichever form is shown.
  await button(page, 'Add a task').click();
  await page
    .getByRole('button', { name: /^Search the database twice/ })
    .first()
    .click();
  await id.fill('lookup');
  await page.keyboard.press('Enter');
  await page.waitForURL(/task=lookup/);
  await page.keyboard.type('_2');
  await page.keyboard.press('Tab');
  await page.waitForURL(/task=lookup_2/);
  expect(await name.evaluate((element) => element.matches(':focus'))).toBe(true);
  await page
    .getByRole('button', { name: /^task_1/ })
    .first()
    .click();
  await page.getByText('lookup_2', { exact: true }).first().waitFor();
  // Back and forward in the browser still follow the address.
  await page.getByRole('tab', { name: /^Parameters/ }).click();
  await button(page, 'Add a parameter').click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('words');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Words');
  await page.waitForURL(/parameter=words/);
  expect(await page.getByRole('textbox', { name: 'Label' }).inputValue()).toBe('Words');
  expect(complaints).toEqual([]);
});

test('the editor shows a refusal beside the field, in the words of its hint; a warning does not prevent saving', async () => {
  const { page, visit } = tab;
  await visit('/workflows/new');
  const box = (name: string) => page.getByRole('textbox', { name, exact: true });
  const beside = (name: string) => page.getByRole('tabpanel').locator(`[data-field="${name}"]`);
  const create = button(page, 'Create the workflow');
  await box('Id').fill('_no');
  await box('Name').fill('W');
  await box('Category').fill('c');
  const rule = /letters, digits, dots, dashes and underscores, a letter or digit first/i;
  await expect.poll(() => beside('workflowId').getByText(rule).count()).toBe(2);
  await box('Id').fill('w.ok');
  await expect.poll(() => beside('workflowId').getByText(rule).count()).toBe(1);

  await page.getByRole('tab', { name: /^Tasks/ }).click();
  await button(page, 'Add a task').click();
  await box('Name').fill('A');
  await page.getByRole('combobox', { name: 'Type', exact: true }).click();
  await page.getByRole('option', { name: /^Approval:/ }).click();
  await box('Wait for at most').fill('7200');
  await box('Only if').fill('params.ghost == 1');
  await beside('condition').getByText('there is no parameter ghost').waitFor();
  await beside('config.approval.timeoutSeconds').getByText('the execution ends earlier').waitFor();
  expect(await create.isDisabled()).toBe(true);
  await box('Only if').fill('');
  await beside('condition').getByText('there is no parameter ghost').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'No errors' }).waitFor();
  await page.getByRole('heading', { name: '1 warning' }).waitFor();
  await expect.poll(() => create.isEnabled()).toBe(true);
  // An invalid id stays in the field for correction, and prevents saving.
  await box('Id').fill('1 a');
  await page.keyboard.press('Tab');
  expect(await box('Id').inputValue()).toBe('1 a');
  await beside('taskId').getByText('must be letters, digits and underscores').waitFor();
  expect(await create.isDisabled()).toBe(true);
  await box('Id').fill('a1');
  await page.keyboard.press('Tab');
  await expect.poll(() => create.isEnabled()).toBe(true);
});
